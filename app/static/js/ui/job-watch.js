/** Follows one job and shows it: stream -> reducer -> card, title, announcer, log. */

import { request, toSignIn } from "../api.js";
import { failureDetails } from "../model/failures.js";
import { JobLog } from "../model/job-log.js";
import { reduce, unknown, withJob } from "../model/job-reducer.js";
import { GenerationStream } from "../stream/generation-stream.js";
import { copyWords } from "./clipboard.js";
import * as followed from "./followed-jobs.js";
import { Narrator } from "./narrator.js";
import { pageShare } from "./page-share.js";
import * as toasts from "./toasts.js";
import { TRANSPORT } from "./transport.js";
import { WindowTitle } from "./window-title.js";

const NO_FRAME_MS = 250; // a tab that got no frame for so long is hidden
const SLOWEST_MS = 60_000; // no answer takes so long

/** Dispatches "ended" (detail: the state) once, when the job ended under our eyes or before. */
export class JobWatch extends EventTarget {
  #jobId;
  #card;
  #stream;
  #state;
  #title;
  #narrator = new Narrator();
  #drawing = null; // the timer, while something is not drawn yet
  #told = false;
  #closed = false;
  #skew = -Infinity; // the server's clock minus ours, in milliseconds
  log;

  /** @param {{name: string}} subject what the page is about, for the window's title */
  constructor(jobId, card, subject) {
    super();
    this.#jobId = jobId;
    this.#card = card;
    this.#title = new WindowTitle(subject);
    this.#state = unknown(jobId);
    this.log = new JobLog(jobId);
    this.#stream = new GenerationStream(jobId, {
      transport: TRANSPORT,
      relay: document.documentElement.dataset.relay ?? "",
      share: pageShare(jobId),
    });
  }

  get jobId() {
    return this.#jobId;
  }

  /** What is known of the job now. */
  get state() {
    return this.#state;
  }

  /** Begin; the card shows the job from now on. */
  start() {
    this.#stream.addEventListener("snapshot", (/** @type {CustomEvent} */ { detail }) => this.#snapshot(detail));
    this.#stream.addEventListener("progress", (/** @type {CustomEvent} */ { detail }) => {
      this.log.event(detail, Date.now());
      this.#update(reduce(this.#state, detail));
    });
    this.#stream.addEventListener("link", (/** @type {CustomEvent} */ { detail }) => this.#linked(detail));
    const actions = {
      "sl-cancel-ask": () => this.#card.askCancel(true),
      "sl-cancel-keep": () => this.#card.askCancel(false),
      "sl-cancel": () => this.#cancel(),
      "sl-retry": () => this.#stream.retryNow(),
      "sl-dismiss": () => this.#card.dismissNote(),
      "sl-sign-in": toSignIn,
      "sl-again": () => this.#startAgain(),
      "sl-copy": () => this.#copy(),
    };
    for (const [name, act] of Object.entries(actions)) this.#card.addEventListener(name, act);
    this.#card.addEventListener("sl-noted", ({ detail }) => this.#narrator.noted(detail));
    this.#card.show(this.#state);
    this.#stream.start();
  }

  /** Leave the job alone; it goes on without us. */
  close() {
    this.#stream.close();
    this.#narrator.stop();
    clearTimeout(this.#drawing);
    this.#closed = true;
  }

  #snapshot(job) {
    // Each answer was some time on its way: the one that was soonest here tells the clocks apart best.
    // One that is farther off than any answer takes means that our clock was set.
    const skew = Date.parse(job.now) - Date.now();
    this.#skew = skew < this.#skew - SLOWEST_MS ? skew : Math.max(this.#skew, skew);
    this.#card.skew = this.#skew;
    this.log.skew = this.#skew;
    this.#update(withJob(this.#state, job));
  }

  async #cancel() {
    try {
      const { body } = await request("POST", `/jobs/${encodeURIComponent(this.#jobId)}/cancel`);
      this.#update(withJob(this.#state, body));
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.#card.askCancel(false);
      toasts.fail("The generation was not cancelled", problem);
    }
  }

  /** There is no job to go on with: go where one can be started. */
  #startAgain() {
    const { projectId } = this.#state;
    location.assign(projectId === null ? "/" : `/projects/${encodeURIComponent(projectId)}`);
  }

  async #copy() {
    const copied = await copyWords(failureDetails(this.#state));
    if (copied) toasts.succeed("The details are copied");
    else toasts.fail("The details were not copied", { message: "The browser does not allow it.", remedy: `The job is ${this.#jobId}.` });
  }

  #linked(link) {
    this.log.link(link, Date.now());
    this.#card.showLink(link);
    this.#narrator.link(link);
    // The last event precedes this, so the state is whole now.
    if (link.state === "done") this.#end();
  }

  /** Draw in the next frame, many events at once. A hidden tab draws too, for its title can be seen. */
  #update(state) {
    this.#state = state;
    if (this.#drawing !== null) return;
    this.#drawing = setTimeout(() => this.#draw(), NO_FRAME_MS);
    requestAnimationFrame(() => {
      if (this.#drawing !== null) this.#draw();
    });
  }

  #draw() {
    if (this.#closed) return;
    clearTimeout(this.#drawing);
    this.#drawing = null;
    this.#narrator.job(this.#state); // before the card, whose note is news too and comes later
    this.#card.show(this.#state);
    this.#title.show(this.#state);
    this.dispatchEvent(new CustomEvent("drawn"));
  }

  #end() {
    if (this.#told) return;
    this.#told = true;
    followed.remember(this.#jobId, this.log.links);
    this.#draw();
    this.dispatchEvent(new CustomEvent("ended", { detail: this.#state }));
  }
}
