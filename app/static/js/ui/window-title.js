/** The window's title and icon: how far a job is, readable from another tab. */

import { ended } from "../model/job-reducer.js";
import { activeStep } from "../model/steps.js";
import { find } from "./dom.js";

const ICONS = Object.freeze({
  queued: "favicon-running.svg",
  running: "favicon-running.svg",
  succeeded: "favicon-done.svg",
  failed: "favicon-failed.svg",
  cancelled: "favicon.svg",
});

export class WindowTitle {
  #subject;
  #icon = find("link[rel=icon]");
  #folder = this.#icon.href.replace(/[^/]*$/, "");

  /** @param {{name: string}} subject what the page is about; its name may still be on its way */
  constructor(subject) {
    this.#subject = subject;
  }

  show(state) {
    if (!state.known) return;
    const step = activeStep(state);
    const doing = state.status === "queued" ? "Queued" : (step?.name ?? "");
    const parts = ended(state) ? [] : [`${state.progress} %`, doing];
    const title = `${[...parts, this.#subject.name].filter(Boolean).join(" · ")} — Schemalore`;
    if (document.title !== title) document.title = title;
    const icon = this.#folder + ICONS[state.status];
    if (this.#icon.href !== icon) this.#icon.href = icon;
  }
}
