/** <sl-progress-card>: one job, from queue to end. Draws states; asks its page to act by events. */

import { ended } from "../model/job-reducer.js";
import * as words from "./card-words.js";
import "./connection.js";
import { h, say } from "./dom.js";
import { StepList } from "./step-list.js";

let cards = 0;

export class ProgressCard extends HTMLElement {
  #parts = build(`card-${++cards}`, this);
  #shown = null;
  #skew = 0;
  #clock = null;

  connectedCallback() {
    if (!this.#parts.root.isConnected) this.append(this.#parts.root);
    this.#clock = setInterval(() => this.#drawTime(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
  }

  /** The difference between the server's clock and ours, in milliseconds. */
  set skew(milliseconds) {
    this.#skew = milliseconds;
  }

  /** Draw the job. */
  show(state) {
    this.#shown = state;
    const { root, heading, message, percent, bar, steps } = this.#parts;
    root.dataset.status = state.status;
    say(heading, words.title(state));
    say(message, words.message(state));
    message.hidden = message.textContent === "";
    say(percent, `${state.progress} %`);
    bar.value = state.progress;
    steps.show(state);
    this.#drawLife(state.tick);
    this.#drawFacts(state.stats);
    this.#drawFailure(state);
    this.#drawActions(state);
    this.#drawTime();
  }

  /** @param {import("../types.js").Link} link */
  showLink(link) {
    const { connection, note, signIn } = this.#parts;
    connection.show(link);
    say(note, words.linkNote(link));
    note.hidden = note.textContent === "";
    signIn.hidden = link.state !== "signedOut";
  }

  /** Show what became of a request to cancel. */
  askCancel(asking) {
    const { cancel, sure, stop } = this.#parts;
    cancel.hidden = asking;
    sure.hidden = !asking;
    (asking ? stop : cancel).focus();
  }

  #drawTime() {
    if (this.#shown) say(this.#parts.time, words.time(this.#shown, Date.now() + this.#skew));
  }

  #drawLife(tick) {
    const { life, pace, tail } = this.#parts;
    life.hidden = tick === null;
    if (tick === null) return;
    say(pace, words.pace(tick));
    say(tail, tick.tail);
    tail.scrollTop = tail.scrollHeight;
  }

  #drawFacts(stats) {
    const pairs = words.facts(stats);
    const text = JSON.stringify(pairs);
    const { facts } = this.#parts;
    if (facts.dataset.drawn === text) return;
    facts.dataset.drawn = text;
    facts.hidden = pairs.length === 0;
    facts.replaceChildren(...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  #drawFailure(state) {
    const { failure } = this.#parts;
    failure.hidden = state.status !== "failed" || state.failure === null;
    say(failure, state.failure?.message ?? "");
  }

  #drawActions(state) {
    const { cancel, sure, again, review } = this.#parts;
    const over = ended(state);
    if (over || state.cancelling) {
      // A focus on what disappears would be thrown to the top of the page.
      if (sure.contains(document.activeElement)) this.#parts.heading.focus();
      sure.hidden = true;
    }
    cancel.hidden = over || state.cancelling || !sure.hidden;
    again.hidden = state.status !== "failed" && state.status !== "cancelled";
    review.hidden = state.status !== "succeeded";
  }
}

function build(id, card) {
  const button = (text, kind, name) =>
    h("button", { type: "button", class: `button ${kind}`, onclick: () => card.dispatchEvent(new CustomEvent(name)) }, text);
  const parts = {
    heading: h("h2", { id, tabindex: -1 }),
    connection: document.createElement("sl-connection"),
    message: h("p", { class: "card-message" }),
    note: h("p", { class: "card-note", hidden: true }),
    percent: h("span", { class: "meter-percent" }),
    bar: h("progress", { id: `${id}-bar`, max: 100, value: 0, "aria-describedby": `${id}-time` }),
    time: h("p", { class: "card-time", id: `${id}-time` }),
    steps: new StepList(),
    pace: h("p", { class: "life-pace" }),
    tail: h("p", { class: "life-tail", "aria-hidden": "true" }),
    facts: h("dl", { class: "facts-list", hidden: true }),
    failure: h("p", { class: "card-failure", hidden: true }),
    cancel: button("Cancel generation", "", "sl-cancel-ask"),
    stop: button("Stop", "danger", "sl-cancel"),
    again: button("Generate again", "primary", "sl-again"),
    review: button("Review result", "primary", "sl-review"),
    signIn: button("Sign in", "primary", "sl-sign-in"),
  };
  parts.signIn.hidden = true;
  parts.life = h("div", { class: "life", hidden: true }, parts.pace, parts.tail);
  parts.sure = h("div", { class: "sure", hidden: true, role: "group", "aria-label": "Cancel generation" },
    h("span", {}, "Stop this generation? Finished tables are kept."),
    parts.stop,
    button("Keep running", "", "sl-cancel-keep"));
  const meter = h("div", { class: "meter" },
    h("div", { class: "meter-head" }, h("label", { for: `${id}-bar` }, "Overall progress"), parts.percent),
    parts.bar,
    parts.time);
  parts.root = h("section", { class: "panel card", "aria-labelledby": id },
    h("header", { class: "card-head" }, parts.heading, parts.connection),
    parts.message, parts.failure, parts.note, meter, parts.steps.element, parts.life, parts.facts,
    h("footer", { class: "card-actions" }, parts.signIn, parts.review, parts.again, parts.cancel, parts.sure));
  return parts;
}

customElements.define("sl-progress-card", ProgressCard);
