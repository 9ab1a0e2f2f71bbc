/** How a job stands, in a word or two with a mark. */

import { statusWords } from "../model/job-row.js";
import { h, icon } from "./dom.js";

const ICONS = Object.freeze({ succeeded: "done", failed: "alert", cancelled: "close" });
const TONES = Object.freeze({ queued: "waiting", running: "active", succeeded: "good", failed: "bad", cancelled: "stopped" });

export class JobBadge {
  element = h("span", { class: "badge" });

  /** @param {Record<string, any>} state of the reducer */
  show(state) {
    const { status } = state;
    const words = statusWords(state);
    if (this.element.dataset.status === status && this.element.textContent === words) return;
    this.element.dataset.status = status;
    this.element.className = `badge ${TONES[status]}`;
    const mark = ICONS[status] ? icon(ICONS[status]) : h("span", { class: "chip-dot", "aria-hidden": "true" });
    this.element.replaceChildren(mark, words);
  }
}
