/** What is said aloud of a job: its steps, each quarter, its end, and a connection that stays away. */

import { PATIENCE_MS } from "../model/quality.js";
import { activeStep } from "../model/steps.js";
import { announce, announceNow } from "./announcer.js";
import { linkNote, message } from "./card-words.js";

const QUARTER = 25;
const SAID_ONCE = new Set(["stalled", "silent", "resumed"]);

export class Narrator {
  #step = null;
  #quarter = 0;
  #status = null;
  #noted = null;
  #patience = null;

  /** The job changed. */
  job(state) {
    const { known, status, progress } = state;
    if (!known) return;
    const first = this.#status === null;
    const changed = status !== this.#status;
    this.#status = status;
    const step = activeStep(state)?.name ?? null;
    const quarter = Math.floor(progress / QUARTER);
    if (changed && !first && (status === "succeeded" || status === "cancelled")) announce(message(state));
    else if (changed && !first && status === "failed") announceNow(`Generation failed. ${state.failure?.message ?? ""}`);
    else if (status === "queued" && changed) announce(message(state));
    else if (step !== null && step !== this.#step) announce(`${step}. ${state.message}`);
    else if (step !== null && quarter > this.#quarter) announce(`${quarter * QUARTER} percent`);
    this.#step = step;
    this.#quarter = quarter;
  }

  /** The connection changed. */
  link(link) {
    const note = linkNote(link, Date.now());
    if (note?.kind === this.#noted) return;
    this.stop();
    this.#noted = note?.kind ?? null;
    if (note === null) return;
    if (note.kind === "signedOut") announceNow(note.text);
    else if (note.kind === "gone") announce(note.text);
    else this.#patience = setTimeout(() => announce(note.text), PATIENCE_MS);
  }

  /** The card said something about the worker. */
  noted({ kind, text }) {
    if (SAID_ONCE.has(kind)) announce(text);
  }

  stop() {
    clearTimeout(this.#patience);
  }
}
