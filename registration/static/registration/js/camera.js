// Reading badges with the camera: by the browser's own reader where it really works, else by one of
// ours that is loaded only when somebody asks for the camera (it is large for a poor network).
const LOOK_EVERY_MS = 150;
const WIDEST_PICTURE_PX = 800; // enough for a badge at arm's length, and quick on an old phone

// Found out by trying: some browsers have the name and no engine behind it.
const browsersReader = async () => {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    await detector.detect(new ImageData(8, 8));
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  } catch {
    return null;
  }
};

const load = (address) =>
  new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });

const ourReader = async ({ reader, readerWasm }) => {
  await load(reader);
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => readerWasm } });
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const shrink = Math.min(1, WIDEST_PICTURE_PX / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * shrink);
    canvas.height = Math.round(video.videoHeight * shrink);
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = brush.getImageData(0, 0, canvas.width, canvas.height);
    const options = { formats: ["QRCode"], maxNumberOfSymbols: 1 };
    return (await ZXingWASM.readBarcodes(picture, options))[0]?.text;
  };
};

export const watchCamera = ({ button, video, seen, failed }) => {
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;

  button.addEventListener("click", async () => {
    button.disabled = true;
    let read;
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
        audio: false,
      });
      await video.play();
      read = (await browsersReader()) ?? (await ourReader(button.dataset));
    } catch {
      button.disabled = false;
      failed();
      return;
    }
    video.hidden = false;
    button.hidden = true;
    const look = async () => {
      try {
        const text = await read(video);
        if (text) seen(text);
      } catch {
        // a frame that was not there yet
      }
      setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  });
};
