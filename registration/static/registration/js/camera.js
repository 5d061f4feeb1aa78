// The browser's own reader of codes, where it really works: found out by trying, because some
// browsers have the name and no engine behind it.
const LOOK_EVERY_MS = 150;

const makeReader = async () => {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    await reader.detect(new ImageData(8, 8));
    return reader;
  } catch {
    return null;
  }
};

export const watchCamera = async ({ button, video, seen, failed }) => {
  const reader = await makeReader();
  if (!reader) return;
  button.hidden = false;

  const look = async () => {
    try {
      const [found] = await reader.detect(video);
      if (found?.rawValue) seen(found.rawValue);
    } catch {
      // a frame that was not there yet
    }
    setTimeout(look, LOOK_EVERY_MS);
  };

  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
        audio: false,
      });
      await video.play();
    } catch {
      failed();
      return;
    }
    video.hidden = false;
    button.hidden = true;
    look();
  });
};
