// Counts a hold down by the server's clock. Without this file the sentence beside it says until when.
const MINUTE_MS = 60_000;

for (const timer of document.querySelectorAll("[data-countdown]")) {
  const ends = Date.parse(timer.dataset.countdown);
  const ahead = Date.now() - Date.parse(timer.dataset.now); // how wrong this device's clock is
  const left = timer.querySelector("[data-countdown-left]");
  const said = timer.querySelector("[data-countdown-said]");
  let before = Infinity;

  // Screen readers hear of it twice, not every second.
  const say = (minutes, words) => {
    const limit = minutes * MINUTE_MS;
    const now = ends - (Date.now() - ahead);
    if (before > limit && now <= limit && before !== Infinity) said.textContent = words;
  };

  const tick = () => {
    const remaining = ends - (Date.now() - ahead);
    if (remaining <= 0) {
      clearInterval(clock);
      location.reload();
      return;
    }
    if (remaining < 60 * MINUTE_MS) {
      const seconds = Math.floor(remaining / 1000);
      left.textContent = ` · ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
    say(5, said.dataset.five);
    say(1, said.dataset.one);
    before = remaining;
  };
  const clock = setInterval(tick, 1000);
  if (ends - (Date.now() - ahead) > 0) tick();
  else clearInterval(clock);
}
