// What htmx and the GOV.UK components leave to a site: busy buttons, spoken sentences, failures in words, focus.
"use strict";

(() => {
  // Looked up each time: a page that takes the place of the whole body brings its own.
  const status = () => document.getElementById("status");
  let last = null;

  const say = (sentence) => {
    status().textContent = "";
    window.setTimeout(() => { status().textContent = sentence; }, 50);
  };

  const quiet = () => { document.getElementById("alert").hidden = true; };
  const fail = (sentence, retry) => {
    const alert = document.getElementById("alert");
    alert.hidden = false;
    alert.textContent = sentence;
    if (!retry) return;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => { quiet(); retry(); });
    alert.append(again);
  };

  const retryOf = (element) => {
    if (!element || !element.isConnected) return null;
    return () => (element instanceof HTMLFormElement ? element.requestSubmit() : element.click());
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    last = event.detail.elt;
    quiet();
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

  // htmx notes the page's path in the tab's storage; nothing of a visit is to stay but what somebody is writing.
  const forget = () => {
    for (const name of Object.keys(window.sessionStorage)) if (name !== "drafts") window.sessionStorage.removeItem(name);
  };
  for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "htmx:historyRestore"]) {
    document.addEventListener(name, () => window.setTimeout(forget));
  }
  window.addEventListener("load", forget);

  // A page that the browser kept from before signing out is fetched again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // A page that answered a form is asked for afresh when somebody comes Back to it, after sending the form once more or
  // leaving by a link. Not before: who reloads it still has what was typed.
  const askAfresh = () => {
    if (document.body.hasAttribute("data-answers-a-form")) window.history.replaceState(window.history.state, "", window.location.href);
  };
  const leavesBy = (event) => {
    const link = event.target.closest("a[href]");
    const elsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    const leads = link && !link.target && link.origin === window.location.origin;
    return leads && !elsewhere && link.href.split("#")[0] !== window.location.href.split("#")[0];
  };
  document.addEventListener("submit", askAfresh);
  document.addEventListener("click", (event) => { if (leavesBy(event)) askAfresh(); });

  // Filters apply as they change; without JavaScript their button does the same.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-apply-on-change")) form.requestSubmit();
  });
})();

// What somebody is writing in a form marked data-keep stays in this tab, and nowhere else, until it is saved: Escape,
// a filter, a link or a sign-in that ends do not lose it. It is offered when the form appears again, never sent by itself.
// Passwords, files, hidden fields and what stands in [data-not-kept] are not part of it. So a form that takes a draft
// keeps its own version and its own `drawn`: it is what its writer changed on top of the newer form. It goes when it is saved or thrown away, at sign-out, and when
// somebody else signs in.
(() => {
  const KEY = "drafts";
  const who = document.body.dataset.person || "";
  const channel = new BroadcastChannel("who-is-signed-in");
  const drawn = new WeakMap(); // form → what it held when it appeared
  let stopped = false;

  // The store: { owner, forms: { address: { values, drawn, version, sent } } }.
  const all = () => {
    try {
      return JSON.parse(window.sessionStorage.getItem(KEY)) || { owner: who, forms: {} };
    } catch {
      return { owner: who, forms: {} };
    }
  };
  const wipe = () => window.sessionStorage.removeItem(KEY);
  const put = (forms, owner) => {
    if (!Object.keys(forms).length) return wipe();
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify({ owner, forms }));
    } catch {
      // More than a tab may hold: typing goes on, the form itself still has it.
    }
  };
  const change = (address, draft) => {
    const { owner, forms } = all();
    if (draft) forms[address] = draft; else delete forms[address];
    put(forms, owner);
  };
  const draftOf = (address) => all().forms[address];

  const say = (sentence) => document.dispatchEvent(new CustomEvent("said", { detail: { value: sentence } }));
  const addressOf = (form) => new URL(form.getAttribute("action") || "", window.location.href).pathname;
  const versionOf = (form) => (form.querySelector("input[name=version], input[name=seen]") || { value: "" }).value;
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const fieldsOf = (form) => [...form.elements].filter(
    (field) => field.name && field.matches("input, select, textarea") && !LEFT_OUT.includes(field.type) && !field.closest("[data-not-kept]"));
  const isTick = (field) => field.type === "radio" || field.type === "checkbox";

  // { name: [values] }; a group of which nothing is chosen is an empty list.
  const valuesOf = (form) => {
    const values = {};
    for (const field of fieldsOf(form)) {
      values[field.name] = values[field.name] || [];
      if (!isTick(field) || field.checked) values[field.name].push(field.value);
    }
    return values;
  };

  // Only what its writer changed is a draft: the rest may be somebody else's newer figures by now.
  const changedIn = ({ values, drawn: base }) => Object.fromEntries(
    Object.entries(values).filter(([name, value]) => !same(value, base[name])));

  // The same draft on the form as it stands now. A form that came back with what was typed in it tells nothing of
  // where that began.
  const onTopOf = (now, draft) => {
    const values = { ...now };
    const base = { ...now };
    for (const [name, wanted] of Object.entries(changedIn(draft))) {
      if (same(wanted, now[name])) base[name] = draft.drawn[name];
      values[name] = wanted;
    }
    return { ...draft, values, drawn: base };
  };

  const fill = (form, values) => {
    const left = JSON.parse(JSON.stringify(values));
    for (const field of fieldsOf(form)) {
      const wanted = left[field.name];
      if (!wanted) continue;
      if (isTick(field)) field.checked = wanted.includes(field.value);
      else if (wanted.length) field.value = wanted.shift();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  // Keeping.
  const keep = (event) => {
    const form = event.target.form;
    if (stopped || !who || !form || !form.hasAttribute("data-keep")) return;
    const address = addressOf(form);
    const before = draftOf(address);
    const base = before ? before.drawn : drawn.get(form);
    const values = valuesOf(form);
    change(address, same(values, base) ? null : { values, drawn: base, version: versionOf(form) });
  };
  document.addEventListener("input", keep);
  document.addEventListener("change", keep);

  // Offering.
  const wordsOf = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");
  const labelOf = (field) => wordsOf(field.labels && field.labels[0]);
  const entriesOf = (form, values) => {
    const entries = [];
    const now = valuesOf(form);
    for (const [name, wanted] of Object.entries(values)) {
      const fields = fieldsOf(form).filter((field) => field.name === name);
      if (!fields.length || same(wanted, now[name])) continue;
      const ticks = fields.filter((field) => isTick(field) && wanted.includes(field.value)).map(labelOf);
      const chosen = fields[0].options && [...fields[0].options].find((option) => option.value === wanted[0]);
      const text = isTick(fields[0]) ? ticks.join(", ") : chosen ? wordsOf(chosen) : wanted.join("\n");
      const group = isTick(fields[0]) && fields[0].closest("fieldset");
      const label = group ? wordsOf(group.querySelector("legend")) : labelOf(fields[0]);
      entries.push([label, text.trim() || "nothing"]);
    }
    return entries;
  };

  const element = (tag, className, ...content) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...content);
    return made;
  };

  const button = (words, act) => {
    const made = element("button", "govuk-button govuk-button--secondary", words);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };

  const offer = (form, address, draft) => {
    const mine = changedIn(draft);
    const changed = draft.version !== versionOf(form);
    const title = changed
      ? "You had started to write this before the latest change was saved. Look at what stands there now."
      : "You had started to write this.";
    const close = (sentence, focusOn) => {
      box.remove();
      focusOn.focus();
      say(sentence);
    };
    const first = () => form.querySelector("[data-focus-first]") || fieldsOf(form)[0];
    const use = () => {
      const now = valuesOf(form);
      const changing = fieldsOf(form).find((field) => !isTick(field) && field.name in mine && !same(mine[field.name], now[field.name]));
      fill(form, mine);
      close("What you had written is in the form again. It is not saved yet.", changing || first());
    };
    const drop = () => {
      change(address, null);
      close("Thrown away.", first());
    };
    const list = element("dl", "app-draft__text");
    for (const [label, text] of entriesOf(form, mine)) {
      list.append(element("dt", "app-quiet", label), element("dd", "app-break app-keep-lines", text));
    }
    const box = element("div", "govuk-inset-text app-draft",
      element("p", "govuk-body", title), list,
      element("div", "app-actions", button("Use it", use), button("Throw it away", drop)));
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "What you had started to write");
    form.before(box);
    say(`${title} Before the form you can use it or throw it away.`);
  };

  const appear = () => {
    for (const form of document.querySelectorAll("form[data-keep]")) {
      if (drawn.has(form)) continue;
      drawn.set(form, valuesOf(form));
      const address = addressOf(form);
      const kept = draftOf(address);
      if (!kept) continue;
      const draft = onTopOf(drawn.get(form), kept);
      change(address, draft);
      // A form that came back with what was typed in it needs no offer.
      if (!same(draft.values, drawn.get(form))) offer(form, address, draft);
    }
  };
  document.addEventListener("htmx:load", appear);

  // Leaving: Cancel and Escape keep it; "Keep theirs" is a choice, unless it was Escape that pressed it.
  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-cancel]");
    const form = cancel && cancel.closest("form[data-keep]");
    if (!form || !draftOf(addressOf(form))) return;
    if (event.isTrusted && cancel.hasAttribute("data-drop")) change(addressOf(form), null);
    else say("What you wrote is kept in this tab until you come back to it.");
  });

  // Saved by htmx: the answer says so. A form that the browser sends itself is known as saved on the page after it.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail; // htmx calls every answer that it swaps successful, a refusal too
    if (requestConfig.verb === "post" && xhr.status >= 200 && xhr.status < 300) {
      change(new URL(requestConfig.path, window.location.href).pathname, null);
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const address = addressOf(form);
    if (address === "/sign-out") {
      wipe();
      stopped = true;
      channel.postMessage("");
      return;
    }
    const draft = draftOf(address);
    if (draft) change(address, { ...draft, sent: window.location.href.split("#")[0] });
  });

  const settle = () => {
    const { owner, forms } = all();
    const unsent = document.querySelector("[data-not-sent]");
    const here = new Set([...document.querySelectorAll("form[data-keep]")].map(addressOf));
    let waits = false;
    for (const [address, draft] of Object.entries(forms)) {
      if (!draft.sent) continue;
      if (unsent || here.has(address) || draft.sent !== document.referrer) delete draft.sent;
      else delete forms[address];
      waits = waits || (unsent && address in forms);
    }
    put(forms, owner);
    return waits;
  };

  // Whose they are: somebody else's are nobody's, in every tab.
  channel.addEventListener("message", (event) => {
    if (event.data === who) return;
    wipe();
    stopped = true;
  });
  if (who) {
    if (all().owner !== who) wipe();
    channel.postMessage(who);
  }
  if (settle()) {
    for (const found of document.querySelectorAll("[data-if-draft]")) found.hidden = false;
    for (const found of document.querySelectorAll("[data-unless-draft]")) found.hidden = true;
  }
  appear();
})();

// The register: a person's marks are one tab stop with arrow keys between them, and a swap loses neither focus nor choice.

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
