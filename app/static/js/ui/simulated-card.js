/**
 * <sl-simulated-card>: what is shown while there is an open request and nothing that tells how far it is.
 * It looks different from real progress, says that it is none, and shows no number.
 */

import { simulatedStep } from "../model/dummy.js";
import { STEPS } from "../model/steps.js";
import { h, icon, say } from "./dom.js";

const REDRAW_MS = 250;
const WORDS = Object.freeze({ passed: "time passed", active: "simulated", waiting: "not started" });

export class SimulatedCard extends HTMLElement {
  #began = performance.now();
  #timer = null;
  #rows = STEPS.map((step) => row(step));

  connectedCallback() {
    if (this.children.length === 0) this.append(this.#build());
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#draw();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #build() {
    const chip = h("span", { class: "chip simulated" }, h("span", { class: "chip-dot", "aria-hidden": "true" }), "Simulated");
    return h("section", { class: "panel card", "aria-label": "Simulated progress" },
      h("header", { class: "card-head" }, h("h2", {}, "Generating AI context"), chip),
      h("p", { class: "card-message" }, "Real progress is unavailable. The request is open."),
      h("progress", { class: "simulated", "aria-label": "Simulated progress" }),
      h("ol", { class: "steps" }, this.#rows.map(({ element }) => element)));
  }

  #draw() {
    const current = simulatedStep(performance.now() - this.#began);
    this.#rows.forEach(({ element, word }, index) => {
      const kind = index < current ? "passed" : (index === current ? "active" : "waiting");
      element.dataset.state = kind;
      say(word, `, ${WORDS[kind]}`);
    });
  }
}

function row({ id, name, description }) {
  const word = h("span", { class: "unseen" });
  const mark = h("span", { class: "step-mark" }, icon(id));
  const words = h("span", { class: "step-words" },
    h("span", { class: "step-head" }, h("span", { class: "step-name" }, name, word)),
    h("span", { class: "step-text" }, description));
  return { element: h("li", { class: "step simulated" }, mark, words), word };
}

customElements.define("sl-simulated-card", SimulatedCard);
