// Says when a session is for a reader whose clock differs from the event's.
function clock(date, timeZone) {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone,
  }).format(date);
}

for (const note of document.querySelectorAll("[data-local-time]")) {
  const from = new Date(note.dataset.from);
  const until = new Date(note.dataset.until);
  if (clock(from) === clock(from, note.dataset.zone)) continue;
  note.textContent = note.dataset.words
    .replace("{from}", clock(from))
    .replace("{until}", clock(until));
  note.hidden = false;
}
