/** <sl-progress-card>: one job, from queue to end. Draws states; asks its page to act by events. */

import { outlook, remaining, settle } from "../model/eta.js";
import { missingModel } from "../model/failures.js";
import { ended } from "../model/job-reducer.js";
import { buildCard } from "./card-parts.js";
import * as words from "./card-words.js";
import { h, say } from "./dom.js";

let cards = 0;

export class ProgressCard extends HTMLElement {
  #parts = buildCard(`card-${++cards}`, (name) => this.dispatchEvent(new CustomEvent(name)));
  #shown = null;
  #link = { state: "connecting", reason: null, retryAt: null, heardAt: null, lostAt: null };
  #skew = 0;
  #left = null; // the estimate that is shown
  #dismissed = null; // a note that the person has seen
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
    const { root, heading, message, percent, bar, steps, tables } = this.#parts;
    root.dataset.status = state.status;
    say(heading, words.title(state));
    say(message, words.message(state));
    message.hidden = message.textContent === "";
    say(percent, state.known ? `${state.progress} %` : "");
    if (state.known) bar.value = state.progress;
    steps.element.hidden = state.kind !== "generate";
    steps.show(state);
    tables.show(state);
    this.#drawLife(state.tick);
    this.#drawFacts(state.stats);
    this.#drawFailure(state);
    this.#drawActions(state);
    this.#drawTime();
  }

  /** @param {import("../types.js").Link} link */
  showLink(link) {
    this.#link = link;
    this.#parts.connection.show(link);
    this.#parts.root.toggleAttribute("data-gone", link.state === "gone" && !this.#shown?.known);
    this.#drawTime();
  }

  /** Ask whether to cancel, or take the question back. */
  askCancel(asking) {
    const { cancel, sure, stop } = this.#parts;
    cancel.hidden = asking;
    sure.hidden = !asking;
    (asking ? stop : cancel).focus();
  }

  /** Do not show the present note any more, until there is another one. */
  dismissNote() {
    this.#dismissed = this.#parts.note.dataset.note;
    this.#parts.heading.focus();
    this.#drawTime();
  }

  #drawTime() {
    const now = Date.now();
    const server = now + this.#skew;
    this.#drawNote(words.note(this.#shown ?? { known: false }, this.#link, { here: now, server }));
    if (this.#shown === null) return;
    this.#left = settle(this.#left, outlook(this.#shown, server), server);
    say(this.#parts.time, [words.time(this.#shown, server), remaining(this.#left)].filter(Boolean).join(" · "));
  }

  #drawNote(note) {
    const { note: box, noteText, noteAction } = this.#parts;
    if (note?.kind !== this.#dismissed) this.#dismissed = null;
    const wanted = note !== null && this.#dismissed === null ? note : null;
    if (wanted === null && box.contains(document.activeElement)) this.#parts.heading.focus();
    box.hidden = wanted === null;
    if (wanted === null) {
      if (note === null) delete box.dataset.note; // the same one is news again
      return;
    }
    if (box.dataset.note !== wanted.kind) this.dispatchEvent(new CustomEvent("sl-noted", { detail: wanted }));
    box.dataset.note = wanted.kind;
    box.dataset.tone = wanted.tone;
    say(noteText, wanted.text);
    noteAction.hidden = wanted.action === undefined;
    noteAction.dataset.action = wanted.action ?? "";
    say(noteAction, wanted.button ?? "");
  }

  #drawLife(tick) {
    const { life, pace, tail } = this.#parts;
    // Before the first word there is nothing to see; between two texts it stays.
    life.hidden = tick === null || (life.hidden && !tick.tokens && tick.completed === null);
    if (life.hidden) return;
    tail.parentElement.hidden = tick.completed !== null;
    say(pace, words.pace(tick));
    say(tail, tick.tail);
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
    const { failure, failureText, command, commandText, pull } = this.#parts;
    failure.hidden = state.status !== "failed" || state.failure === null;
    if (failure.hidden) return;
    say(failureText, state.failure.message ?? "");
    const model = missingModel(state);
    command.hidden = model === null;
    say(commandText, `ollama pull ${model}`);
    say(pull, `Pull ${model}`);
  }

  #drawActions(state) {
    const { cancel, sure, resume, over, copy, review, heading } = this.#parts;
    const stopped = state.status === "failed" || state.status === "cancelled";
    const going = state.known && !ended(state) && !state.cancelling;
    if (!going) {
      // A focus on what disappears would be thrown to the top of the page.
      if (sure.contains(document.activeElement) || document.activeElement === cancel) heading.focus();
      sure.hidden = true;
    }
    cancel.hidden = !going || !sure.hidden;
    resume.hidden = !stopped;
    over.hidden = !stopped || state.kind !== "generate";
    copy.hidden = state.status !== "failed";
    review.hidden = state.status !== "succeeded" || state.kind !== "generate" || state.result === null;
  }
}

customElements.define("sl-progress-card", ProgressCard);
