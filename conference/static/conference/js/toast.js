// Takes a toast away after ten seconds, unless somebody is pointing at it or has focused it.
const AWAY_AFTER_MS = 10000;

const watch = (toast) => {
  let timer;
  const hold = () => clearTimeout(timer);
  const count = () => {
    hold();
    timer = setTimeout(() => toast.remove(), AWAY_AFTER_MS);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", count);
  toast.addEventListener("focusout", count);
  count();
};

const shelf = document.querySelector("[data-toasts]");
if (shelf) {
  shelf.querySelectorAll("[data-toast]").forEach(watch);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node instanceof HTMLElement && "toast" in node.dataset) watch(node);
    }
  }).observe(shelf, { childList: true });

  shelf.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
}
