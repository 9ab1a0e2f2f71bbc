/** Short messages in a corner. Nothing is said only here. */

import { announce, announceNow } from "./announcer.js";
import { find, h, icon } from "./dom.js";

const AT_MOST = 3;
const SUCCESS_MS = 8000;

/** Something worked; goes away by itself, but not under the pointer or focus. `now`: said before all else. */
export function succeed(title, { now = false } = {}) {
  const toast = show("good", title, "");
  (now ? announceNow : announce)(title);
  let timer;
  const settle = () => {
    clearTimeout(timer);
    if (!toast.isConnected) document.removeEventListener("visibilitychange", settle);
    else if (!looked(toast)) timer = setTimeout(() => toast.remove(), SUCCESS_MS);
  };
  for (const name of ["pointerenter", "pointerleave", "focusin", "focusout"]) toast.addEventListener(name, settle);
  document.addEventListener("visibilitychange", settle);
  settle();
}

/** Whether it is to stay: somebody is at it, or is in another tab and has not seen it yet. */
function looked(toast) {
  return document.visibilityState === "hidden" || toast.matches(":hover, :focus-within");
}

/** Something failed: cause and remedy, until the person closes it. `spoken`: others say it aloud. */
export function fail(title, { message, remedy = "" }, { spoken = false } = {}) {
  show("bad", title, [message, remedy].filter(Boolean).join(" "));
  if (!spoken) announceNow(`${title}. ${message} ${remedy}`);
}

function show(kind, title, text) {
  const close = h("button", { type: "button", class: "button quiet icon-only", "aria-label": "Close message" }, icon("close"));
  const words = h("div", { class: "toast-words" }, h("p", { class: "toast-title" }, title));
  if (text) words.append(h("p", { class: "toast-text" }, text));
  const toast = h("div", { class: `toast ${kind}` }, icon(kind === "bad" ? "alert" : "done"), words, close);
  close.addEventListener("click", () => toast.remove());
  const region = place();
  region.append(toast);
  while (region.children.length > AT_MOST) region.firstElementChild.remove();
  return toast;
}

/** Everything outside an open modal is inert, so messages go inside it. */
function place() {
  return document.querySelector("dialog[open] [data-modal-status]") ?? find("[data-toasts]");
}
