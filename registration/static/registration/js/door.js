// The door page: what is typed or seen by the camera is sent as a scan, and its answer fills the
// screen for two seconds. Without this script the form sends itself and the server answers.
import { watchCamera } from "./camera.js";
import { ScanQueue } from "./scan-queue.js";

const ANSWER_SHOWN_MS = 2000;
const REFUSAL_SHOWN_MS = 4000;
const SAME_CODE_REST_MS = 5000;
const RETRY_MS = 10000;

const form = document.querySelector("[data-door]");
const verdict = document.querySelector("[data-verdict]");
const waiting = document.querySelector("[data-queue]");
const words = document.querySelector("[data-words]").dataset;
const csrfToken = form.elements.namedItem("csrfmiddlewaretoken").value;
const queue = new ScanQueue(`door-scans:${form.dataset.event}`, form.dataset.address, csrfToken);

let backToReady;
let lastSeen = { code: "", at: 0 };

const write = (name, text) => {
  const place = verdict.querySelector(`[data-${name}]`);
  place.textContent = text;
  place.hidden = !text;
};

const show = ({ tone, word, name = "", ticket = "", reason = "", clockWarning = false }) => {
  verdict.className = `verdict verdict-${tone}`;
  write("word", word);
  write("name", name);
  write("ticket", ticket);
  write("reason", reason);
  verdict.querySelector("[data-clock]").hidden = !clockWarning;
};

const ready = () => show({ tone: "wait", word: words.ready, reason: words.readyReason });

const announce = (answer) => {
  clearTimeout(backToReady);
  show(answer);
  verdict.classList.add("door-answer");
  if (answer.tone !== "ok" && navigator.vibrate) navigator.vibrate([120, 80, 120]);
  backToReady = setTimeout(ready, answer.tone === "ok" ? ANSWER_SHOWN_MS : REFUSAL_SHOWN_MS);
};

const countWaiting = () => {
  waiting.hidden = queue.size === 0;
  waiting.textContent = queue.size ? `${words.waiting} ${queue.size}` : "";
};

const inWords = ({ kind, body }) => {
  if (kind === "answered") {
    return {
      tone: body.tone,
      word: body.word,
      name: body.name,
      ticket: body.ticket_type,
      reason: body.reason,
      clockWarning: body.clock_warning,
    };
  }
  if (kind === "refused") return { tone: "danger", word: words.notCounted, reason: body.detail };
  if (kind === "locked_out") return { tone: "danger", word: words.notSent, reason: words.logIn };
  return { tone: "warn", word: words.notSent, reason: words.notSentReason };
};

const scan = async (code, method) => {
  const direction = new FormData(form).get("direction");
  const entry = queue.add({ point: Number(form.dataset.point), code, direction, method });
  const outcome = await queue.send(entry);
  countWaiting();
  announce(inWords(outcome));
};

const seen = (code) => {
  const now = Date.now();
  // A badge held before the camera is one scan, not seven a second.
  if (code === lastSeen.code && now - lastSeen.at < SAME_CODE_REST_MS) return;
  lastSeen = { code, at: now };
  scan(code, "camera");
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = form.elements.namedItem("code");
  const code = field.value;
  field.value = "";
  field.focus();
  if (code.trim()) scan(code, "typed");
});

verdict.addEventListener("click", () => {
  if (!verdict.classList.contains("door-answer")) return;
  clearTimeout(backToReady);
  ready();
});

const sendWaiting = async () => {
  await queue.sendAll();
  countWaiting();
};

addEventListener("online", sendWaiting);
setInterval(sendWaiting, RETRY_MS);
countWaiting();
sendWaiting();

watchCamera({
  button: document.querySelector("[data-camera-start]"),
  video: verdict.querySelector("[data-camera]"),
  seen,
  failed: () => announce({ tone: "warn", word: words.notCounted, reason: words.noCamera }),
});
