// The register: a person's marks are one tab stop with arrow keys between them, and a swap loses neither focus nor choice.
"use strict";

(() => {
  const toolbar = ".app-marks[role=toolbar]";
  const inside = (marks) => [...marks.querySelectorAll("button, a")];
  const standing = (marks) => marks.querySelector("[aria-pressed=true]") || inside(marks)[0];
  const stopAt = (marks, chosen) => {
    for (const one of inside(marks)) one.tabIndex = one === chosen ? 0 : -1;
  };

  // Without this script the marks are a plain group, each of them a tab stop of its own.
  const prepare = (part) => {
    for (const marks of part.querySelectorAll(".app-marks[role=group]")) {
      marks.setAttribute("role", "toolbar");
      stopAt(marks, standing(marks));
    }
  };
  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));

  document.addEventListener("focusin", (event) => {
    const marks = event.target.closest(toolbar);
    if (marks) stopAt(marks, event.target);
  });
  document.addEventListener("keydown", (event) => {
    const marks = event.target.closest(toolbar);
    if (!marks || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = inside(marks);
    const at = all.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  });

  // A second choice for the same person, made before the first was answered, is sent once that answer is here.
  const waiting = new Map();
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(`${toolbar} button`);
    if (!mark || !mark.form.classList.contains("htmx-request")) return;
    event.preventDefault();
    waiting.set(mark.form.id, mark.value);
  }, true);

  // Focus stays with the person whose marks are swapped, unless it has moved on to somebody else by then.
  const focused = new Set();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    const { activeElement, body } = document;
    if (target.contains(activeElement) || (activeElement === body && !focused.size)) focused.add(target.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.elt;
    const had = focused.delete(form.id);
    const wanted = waiting.get(form.id);
    waiting.delete(form.id);
    const marks = form.matches("form") && form.querySelector(toolbar);
    if (!marks) return;
    if (had) standing(marks).focus({ preventScroll: true });
    const again = inside(marks).find((mark) => mark.value === wanted && mark.ariaPressed === "false");
    if (again) again.click();
  });
  for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failed, (event) => {
      focused.delete(event.detail.target.id);
      waiting.delete(event.detail.target.id);
    });
  }
})();
