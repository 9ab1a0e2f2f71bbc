/** Follows one job and shows it: stream -> reducer -> card, title, announcer. */

import { refresh, requestQuietly, toSignIn } from "../api.js";
import { ended, reduce, unknown, withJob } from "../model/job-reducer.js";
import { activeStep } from "../model/steps.js";
import { GenerationStream } from "../stream/generation-stream.js";
import { announce, announceNow } from "./announcer.js";
import { linkNote } from "./card-words.js";
import * as toasts from "./toasts.js";

/** How the stream asks the API. */
const TRANSPORT = Object.freeze({
  job: async (id) => (await requestQuietly("GET", `/jobs/${encodeURIComponent(id)}`)).body,
  events: async (id, after) =>
    (await requestQuietly("GET", `/jobs/${encodeURIComponent(id)}/events?after=${after}`)).body,
  refresh: () => refresh().catch(() => true), // nobody answered: the next attempt tells why
});

/** Dispatches "ended" (detail: the state) once, when the job ended under our eyes or before. */
export class JobWatch extends EventTarget {
  #jobId;
  #card;
  #stream;
  #state;
  #subject;
  #frame = null;
  #step = null;
  #told = false;

  /** @param {string} subject what the page is about, for the window's title */
  constructor(jobId, card, subject) {
    super();
    this.#jobId = jobId;
    this.#card = card;
    this.#subject = subject;
    this.#state = unknown(jobId);
    this.#stream = new GenerationStream(jobId, {
      transport: TRANSPORT,
      relay: document.documentElement.dataset.relay ?? "",
    });
  }

  get jobId() {
    return this.#jobId;
  }

  /** Begin; the card shows the job from now on. */
  start() {
    this.#stream.addEventListener("snapshot", ({ detail }) => {
      this.#card.skew = Date.parse(detail.now) - Date.now();
      this.#update(withJob(this.#state, detail));
    });
    this.#stream.addEventListener("progress", ({ detail }) => this.#update(reduce(this.#state, detail)));
    this.#stream.addEventListener("link", ({ detail }) => this.#linked(detail));
    this.#card.addEventListener("sl-cancel-ask", () => this.#card.askCancel(true));
    this.#card.addEventListener("sl-cancel-keep", () => this.#card.askCancel(false));
    this.#card.addEventListener("sl-cancel", () => this.#cancel());
    this.#card.addEventListener("sl-sign-in", toSignIn);
    this.#card.show(this.#state);
    this.#stream.start();
  }

  /** Leave the job alone; it goes on without us. */
  close() {
    this.#stream.close();
    cancelAnimationFrame(this.#frame);
  }

  async #cancel() {
    try {
      const { body } = await requestQuietly("POST", `/jobs/${encodeURIComponent(this.#jobId)}/cancel`);
      this.#update(withJob(this.#state, body));
    } catch (problem) {
      this.#card.askCancel(false);
      toasts.fail("The generation was not cancelled", problem);
    }
  }

  #linked(link) {
    this.#card.showLink(link);
    const note = linkNote(link);
    if (link.state === "signedOut") announceNow(note);
    if (link.state === "polling") announce(note);
    // The last event precedes this, so the state is whole now.
    if (link.state === "done") this.#end();
  }

  #update(state) {
    this.#state = state;
    // Many events in one frame are drawn once; a hidden tab draws when it is looked at.
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#draw();
    });
  }

  #draw() {
    const state = this.#state;
    this.#card.show(state);
    const step = activeStep(state.progress, state.status);
    const parts = ended(state) ? [] : [`${state.progress} %`, step?.name ?? "Queued"];
    document.title = `${[...parts, this.#subject].join(" · ")} — Schemalore`;
    if (step !== null && step.id !== this.#step) announce(`${step.name}. ${state.message}`);
    this.#step = step?.id ?? null;
  }

  #end() {
    if (this.#told) return;
    this.#told = true;
    this.#draw();
    this.dispatchEvent(new CustomEvent("ended", { detail: this.#state }));
  }
}
