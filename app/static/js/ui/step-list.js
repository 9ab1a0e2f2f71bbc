/** The five steps: icon, name, and what the server said about each. */

import { stepDurations } from "../model/job-reducer.js";
import { duration } from "../model/format.js";
import { STEPS, stepStates } from "../model/steps.js";
import { h, icon, say } from "./dom.js";

const WORDS = Object.freeze({
  done: "done",
  active: "in progress",
  waiting: "not started",
  failed: "failed",
  stopped: "stopped",
});

export class StepList {
  #rows;

  constructor() {
    this.#rows = STEPS.map((step) => row(step));
    this.element = h("ol", { class: "steps" }, this.#rows.map(({ element }) => element));
  }

  /** Draw the state of a job. */
  show(state) {
    const states = stepStates(state.progress, state.status);
    const durations = stepDurations(state);
    STEPS.forEach((step, index) => {
      const { element, text, word, time } = this.#rows[index];
      const now = states[index];
      element.dataset.state = now;
      if (now === "active") element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
      say(text, now === "waiting" ? step.description : (state.said[step.id] ?? step.description));
      say(word, `, ${WORDS[now]}`);
      say(time, durations[step.id] === undefined ? "" : duration(durations[step.id]));
    });
  }
}

function row(step) {
  const text = h("span", { class: "step-text" });
  const word = h("span", { class: "unseen" });
  const time = h("span", { class: "step-time" });
  const mark = h("span", { class: "step-mark" }, icon(step.id), h("span", { class: "step-badge" }, icon("done"), icon("failed")));
  const name = h("span", { class: "step-name" }, step.name, word);
  const words = h("span", { class: "step-words" }, h("span", { class: "step-head" }, name, time), text);
  return { element: h("li", { class: "step" }, mark, words), text, word, time };
}
