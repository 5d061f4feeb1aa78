// Marks what is on now: the sessions themselves, and on desks a line across the timetable.
const MINUTE = 60_000;

function markSessions(grid, now) {
  for (const session of grid.querySelectorAll(".session")) {
    const [from, until] = session.querySelectorAll(".session-time time");
    const isOn = Boolean(from && until)
      && Date.parse(from.dateTime) <= now && now < Date.parse(until.dateTime)
      && !session.classList.contains("session-cancelled");
    session.classList.toggle("session-now", isOn);
  }
}

function drawLine(timetable, now) {
  timetable.querySelector(".timetable-now")?.remove();
  const hours = [...timetable.querySelectorAll(".timetable-hour")];
  const index = hours.findLastIndex((hour) => Date.parse(hour.dataset.at) <= now);
  const hour = hours[index];
  const following = hours[index + 1];
  if (!hour || !following || !hour.offsetParent) return;
  const from = Date.parse(hour.dataset.at);
  const until = Date.parse(following.dataset.at);
  const share = (now - from) / (until - from);
  const top = hour.offsetTop + share * (following.offsetTop - hour.offsetTop);
  const line = document.createElement("li");
  line.className = "timetable-now";
  line.setAttribute("aria-hidden", "true");
  const word = document.createElement("span");
  word.textContent = timetable.dataset.nowWords;
  line.append(word);
  line.style.setProperty("--now", `${Math.round(top)}px`);
  hour.parentElement.append(line);
}

function mark() {
  const now = Date.now();
  for (const timetable of document.querySelectorAll(".timetable")) {
    markSessions(timetable, now);
    drawLine(timetable, now);
  }
}

mark();
setInterval(mark, MINUTE);
addEventListener("resize", mark);
document.addEventListener("htmx:afterSwap", mark);
document.fonts?.ready.then(mark);
