/**
 * An open page asks by itself whether there is news: after 15 seconds, and then half as often each time,
 * until there is some or somebody touches the page. What it asks, and what becomes of the answer, stands in
 * the htmx attributes of the part that is marked with data-ll-poll.
 */

const FIRST = 15_000;
/** At least so often, in milliseconds: whoever comes back to the page is not long behind. */
const SELDOM = 240_000;
const EVENT = "ll-poll";

let pause = FIRST;
let timer;

export function watchForNews() {
  if (!part()) return;
  document.addEventListener("htmx:configRequest", markAsPolling);
  document.addEventListener("htmx:afterRequest", (event) => isPoll(event) && answered(event.detail));
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
  askLater();
}

function part() {
  return document.querySelector("[data-ll-poll]");
}

function askLater() {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, pause);
}

function ask() {
  const found = part();
  if (found && document.visibilityState === "visible" && !isInUse(found)) {
    found.dispatchEvent(new CustomEvent(EVENT));
  }
  askLater();
}

/** What somebody chose or is typing must not go from under their hands. */
function isInUse(found) {
  const active = document.activeElement;
  return Boolean(found.querySelector("input:checked")) || (found.contains(active) && active.matches("input, select, textarea"));
}

function isPoll(event) {
  return (event.detail.triggeringEvent ?? event.detail.requestConfig?.triggeringEvent)?.type === EVENT;
}

/** Such a request prolongs no session. */
function markAsPolling(event) {
  if (isPoll(event)) event.detail.headers["X-Polling"] = "1";
}

function answered({ xhr }) {
  pause = xhr.status === 200 ? FIRST : Math.min(pause * 2, SELDOM);
  askLater();
}

function wake() {
  if (pause === FIRST) return;
  pause = FIRST;
  askLater();
}
