/** Speaks to screen readers through the two live regions of the page. */

import { find } from "./dom.js";

const GAP_MS = 10_000;
let last = 0;
let waiting = null;

/** Say it when there is room; of several that wait the newest wins. */
export function announce(text) {
  clearTimeout(waiting);
  const wait = Math.max(100, last + GAP_MS - Date.now());
  waiting = setTimeout(() => {
    last = Date.now();
    speak("polite", text);
  }, wait);
}

/** Say it now. */
export function announceNow(text) {
  clearTimeout(waiting);
  speak("assertive", text);
}

function speak(kind, text) {
  const region = find(`[data-announce="${kind}"]`);
  region.textContent = ""; // the same text twice would otherwise be silent
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}
