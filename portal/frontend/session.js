/**
 * Warns before the session ends, and takes the page away when it has ended, so that nothing stays on
 * the screen of a shared computer. The server keeps the time: another tab may have prolonged it.
 */

/** After a question that got no answer, again after this many milliseconds. */
const AGAIN_AFTER = 30_000;

export function watchSession(dialog) {
  const { timeUrl, stayUrl, loginUrl } = dialog.dataset;
  const warn = Number(dialog.dataset.warn);
  const stayButton = dialog.querySelector("[data-stay]");
  const [canStay, mustGo] = ["[data-can-stay]", "[data-must-go]"].map((part) => dialog.querySelector(part));
  let timer;

  function lookAfter(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, milliseconds);
  }

  async function look() {
    const left = await ask(timeUrl, "GET");
    if (left === null) lookAfter(AGAIN_AFTER);
    else act(left);
  }

  function act(left) {
    if (left.seconds <= 0) return leave();
    if (left.seconds > warn) {
      dialog.close();
      return lookAfter((left.seconds - warn) * 1000);
    }
    if (!dialog.open) show(left.can_stay);
    lookAfter(left.seconds * 1000);
  }

  function show(mayStay) {
    canStay.hidden = stayButton.hidden = !mayStay;
    mustGo.hidden = mayStay;
    dialog.showModal();
  }

  async function stay() {
    const left = await ask(stayUrl, "POST");
    if (left !== null) act(left);
  }

  function leave() {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`${loginUrl}?verlopen=1&next=${encodeURIComponent(here)}`);
  }

  stayButton.addEventListener("click", stay);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  // A telephone that slept did not count: look at once when it wakes.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  lookAfter(Number(dialog.dataset.look) * 1000);
}

/** `{seconds, can_stay}`; no seconds when one is logged out by now, null without an answer. */
async function ask(url, method) {
  const headers = { "X-Polling": "1", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  try {
    const answer = await fetch(url, { method, headers, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 403) return { seconds: 0 };
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
