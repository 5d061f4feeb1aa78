// Changes the theme without loading the page again. Without this file the same form is posted.
const NAMES = new Set(["auto", "light", "dark"]);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-switch]");
  const theme = event.submitter?.value;
  if (!form || !NAMES.has(theme)) return;

  event.preventDefault();
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }

  const answer = new FormData(form, event.submitter);
  await fetch(form.action, { method: "POST", body: answer, redirect: "manual" });
});
