// A second click while the first is on its way does nothing. Only courtesy: the server counts once anyway.
const FREE_AGAIN_AFTER_MS = 8000;

const release = (form) => {
  delete form.dataset.underWay;
  for (const button of form.querySelectorAll("[data-was-free]")) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    delete button.dataset.wasFree;
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-submit-once]");
  if (!form || event.defaultPrevented) return;
  if ("underWay" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }

  // aria-disabled, not disabled: the button keeps the focus and its value is sent.
  form.dataset.underWay = "";
  for (const button of form.querySelectorAll("button:not([type='button'], [aria-disabled])")) {
    button.setAttribute("aria-disabled", "true");
    button.dataset.wasFree = "";
  }
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, FREE_AGAIN_AFTER_MS, form);
});

// Back from the next page, or answered by htmx: the form is free at once.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-under-way]").forEach(release);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-under-way]");
  if (form) release(form);
});
