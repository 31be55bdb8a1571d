// The GOV.UK components with behaviour that the site uses, started on load and on whatever htmx swaps in.
import { createAll, Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink } from "govuk-frontend";

const start = (scope) => {
  for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios]) {
    createAll(component, undefined, { scope });
  }
};

document.body.classList.add("js-enabled", "govuk-frontend-supported");
start(document);
createAll(ServiceNavigation);
createAll(SkipLink);
for (const name of ["htmx:load", "htmx:after:process"]) {
  document.addEventListener(name, (event) => {
    const part = (event.detail && event.detail.elt) || event.target;
    if (part instanceof HTMLElement && part !== document.body) start(part.parentElement || part);
  });
}
