// Shows a question once the one it depends on is answered so. Without this file the page does, when it is sent.
const answersOf = (form, name) => {
  const inputs = [...form.elements].filter((input) => input.name === name && !input.closest("[hidden]"));
  return inputs
    .filter((input) => (input.type === "radio" || input.type === "checkbox" ? input.checked : true))
    .map((input) => input.value);
};

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form) return;
  // In the order of the page: a question that is hidden now answers nothing for those after it.
  for (const part of form.querySelectorAll("[data-shown-if]")) {
    part.hidden = !answersOf(form, part.dataset.shownIf).includes(part.dataset.shownIfAnswer);
  }
});
