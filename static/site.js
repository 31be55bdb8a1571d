// What htmx and the GOV.UK components leave to a site: busy buttons, spoken sentences, failures in words, focus.
"use strict";

(() => {
  const status = document.getElementById("status");
  const alert = document.getElementById("alert");
  let last = null;

  const say = (sentence) => {
    status.textContent = "";
    window.setTimeout(() => { status.textContent = sentence; }, 50);
  };

  const fail = (sentence, retry) => {
    alert.hidden = false;
    alert.textContent = sentence;
    if (!retry) return;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => { alert.hidden = true; retry(); });
    alert.append(again);
  };

  const retryOf = (element) => {
    if (!element || !element.isConnected) return null;
    return () => (element instanceof HTMLFormElement ? element.requestSubmit() : element.click());
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    last = event.detail.elt;
    alert.hidden = true;
    const target = event.detail.target;
    if (target) target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const target = event.detail.target;
    if (target) target.removeAttribute("aria-busy");
  });

  document.addEventListener("htmx:responseError", (event) => {
    const sentence = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").body.textContent.trim();
    fail(sentence || "That did not work. Nothing was saved.", retryOf(last));
  });
  document.addEventListener("htmx:sendError", () => fail("The site could not be reached. Nothing was saved.", retryOf(last)));
  document.addEventListener("htmx:timeout", () => fail("The site took too long to answer. It may not have been saved.", retryOf(last)));

  // The server names what is to be said and where focus goes; both after the swap has settled.
  document.addEventListener("said", (event) => say(event.detail.value));
  document.addEventListener("focus-on", (event) => {
    const element = document.getElementById(event.detail.value);
    if (element) element.focus();
  });

  // What opens in place takes focus; Escape closes it by its own Cancel link.
  document.addEventListener("htmx:afterSettle", (event) => {
    const first = event.detail.elt.querySelector && event.detail.elt.querySelector("[data-focus-first]");
    if (first) first.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest && event.target.closest("[data-escape]");
    const cancel = open && open.querySelector("[data-cancel]");
    if (cancel) { event.preventDefault(); cancel.click(); }
  });

  // htmx notes the page's path in the tab's storage; nothing of a visit is to stay in the browser.
  const forget = () => window.sessionStorage.clear();
  for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "htmx:historyRestore"]) {
    document.addEventListener(name, () => window.setTimeout(forget));
  }
  window.addEventListener("load", forget);

  // A page that the browser kept from before signing out is fetched again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // Filters apply as they change; without JavaScript their button does the same.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-apply-on-change")) form.requestSubmit();
  });
})();
