// Says whether a chosen file is the issued one, by its SHA-256. The file stays on the device.
for (const box of document.querySelectorAll("[data-compare-file]")) {
  if (!globalThis.crypto?.subtle) continue; // only on secure addresses
  const input = box.querySelector("input");
  const answer = box.querySelector("[role=status]");
  box.hidden = false;
  input.addEventListener("change", async () => {
    answer.textContent = "";
    const [file] = input.files;
    if (!file) return;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    answer.textContent = hex === box.dataset.compareFile ? answer.dataset.same : answer.dataset.different;
  });
}
