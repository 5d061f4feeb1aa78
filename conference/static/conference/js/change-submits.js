// A filter answers as soon as it is changed; its button is for those without this file.
for (const button of document.querySelectorAll("form[data-change-submits] [data-only-without-script]")) {
  button.hidden = true;
}
document.addEventListener("change", (event) => {
  event.target.form?.closest("form[data-change-submits]")?.requestSubmit();
});
