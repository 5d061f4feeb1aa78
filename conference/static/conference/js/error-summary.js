// Brings the reader to the list of what is wrong, after a page load and after an htmx swap.
const focusSummary = (root) => root.querySelector?.("[data-error-summary]")?.focus();

focusSummary(document);
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));

// A link in the list puts the cursor into its field, and shows the label above it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;

  event.preventDefault();
  const label = field.closest("fieldset, .field") ?? field;
  label.scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});
