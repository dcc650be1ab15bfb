/**
 * Small help on top of pages that work without it: focus on what went wrong, focus kept after an
 * update, no second submit, keys for the work list. Behaviour that belongs to a page stands in its
 * htmx attributes.
 */
import "htmx.org/dist/htmx.esm.js";
import { offerPasskey } from "./passkey.js";
import { watchForNews } from "./poll.js";
import { watchSession } from "./session.js";

/** A button works again after this many milliseconds, so that a download or a lost answer locks nothing. */
const UNLOCK_AFTER = 10_000;

function focusOn(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) {
    element.setAttribute("tabindex", "-1");
  }
  element.focus();
}

function focusErrorSummary(root) {
  const summary = root.querySelector("[data-ll-error-summary]");
  if (summary) focusOn(summary);
  return Boolean(summary);
}

// --- No second submit ---------------------------------------------------------------------------
// aria-disabled and not disabled: focus and the button's own name and value stay.

function lock(form) {
  form.dataset.llSent = "true";
  for (const button of submitButtons(form)) {
    button.setAttribute("aria-disabled", "true");
    button.classList.add("nl-button--disabled", "nl-button--busy");
  }
  window.setTimeout(() => unlock(form), UNLOCK_AFTER);
}

function unlock(form) {
  delete form.dataset.llSent;
  for (const button of submitButtons(form)) {
    button.removeAttribute("aria-disabled");
    button.classList.remove("nl-button--disabled", "nl-button--busy");
  }
}

function submitButtons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function onSubmit(event) {
  const form = event.target;
  if (form.dataset.llSent) {
    event.preventDefault();
    event.stopPropagation();
  } else if (form.method === "post") {
    lock(form);
  }
}

function unlockAll() {
  document.querySelectorAll("form[data-ll-sent]").forEach(unlock);
}

// --- Updates by htmx ----------------------------------------------------------------------------

/** What the reader had open and where they were, in the part that is about to be replaced. */
let before = null;

function beforeSwap(event) {
  const target = event.detail.target;
  const active = document.activeElement;
  before = {
    open: [...target.querySelectorAll("details[open] > summary")].map(signature),
    focus: target.contains(active) ? signature(active) : null,
  };
}

function afterSettle(event) {
  const region = event.detail.elt;
  if (!before) return;
  const { open, focus } = before;
  before = null;
  for (const summary of region.querySelectorAll("summary")) {
    if (open.includes(signature(summary))) summary.parentElement.open = true;
  }
  if (focusErrorSummary(region) || !focus || document.activeElement !== document.body) return;
  const same = [...region.querySelectorAll(focus.split("|", 1)[0])].find((one) => signature(one) === focus);
  focusOn(same ?? region.querySelector("h1, h2, h3") ?? region);
}

/** How an element is known again after an update: its tag, where it leads or what it is named, its words. */
function signature(element) {
  const words = element.matches("summary, a, button") ? element.textContent.trim() : "";
  return [element.tagName, element.id, element.getAttribute("href"), element.name, words].join("|");
}

/** Polling fails in silence and tries again; what the reader asked for does not. */
function onFault(event) {
  unlockAll();
  const live = document.getElementById("ll-live");
  if (live && askedByReader(event)) live.textContent = live.dataset.fault;
}

function afterRequest(event) {
  if (event.target.matches?.("form")) unlock(event.target);
  const live = document.getElementById("ll-live");
  if (live && event.detail.successful && askedByReader(event)) live.textContent = "";
}

function askedByReader(event) {
  return ["click", "submit"].includes(event.detail.requestConfig?.triggeringEvent?.type);
}

// --- Keys in a list of work ---------------------------------------------------------------------
// Only while the list has focus, so that no letter surprises anyone elsewhere (WCAG 2.1.4).

function onKey(event) {
  const list = event.target.closest?.("[data-ll-rows]");
  const step = { j: 1, k: -1 }[event.key];
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (!list || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "x") event.target.closest("tr")?.querySelector("[data-ll-tick]")?.click();
  if (!step) return;
  const links = [...list.querySelectorAll("[data-ll-row]")];
  const row = document.activeElement.closest("tr");
  const next = links.findIndex((link) => row?.contains(link)) + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  event.preventDefault();
}

/** What the keys do stands there once they do it. */
function showKeys() {
  for (const legend of document.querySelectorAll("[data-ll-keys]")) legend.hidden = false;
}

document.addEventListener("submit", onSubmit, true);
document.addEventListener("keydown", onKey);
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:afterSettle", afterSettle);
document.addEventListener("htmx:afterRequest", afterRequest);
for (const fault of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(fault, onFault);
}
window.addEventListener("pageshow", unlockAll);
focusErrorSummary(document);
showKeys();
watchForNews();
const sessionDialog = document.getElementById("ll-session");
if (sessionDialog) watchSession(sessionDialog);
document.querySelectorAll("[data-ll-passkey]").forEach(offerPasskey);
