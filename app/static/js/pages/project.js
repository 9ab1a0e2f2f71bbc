/** One project: its tables, its generation, and what was written about it. */

import { request, requestQuietly } from "../api.js";
import { basis, standing } from "../model/basis.js";
import { elapsed, moment } from "../model/format.js";
import { GenerateButton } from "../ui/generate-button.js";
import { closable } from "../ui/dialogs.js";
import { find, say } from "../ui/dom.js";
import { nameWriter, noContext } from "../ui/first-run.js";
import { briefIsThere, ownZone, showBrief } from "../ui/project-brief.js";
import { ReviewStore } from "../ui/review-store.js";
import { TableList } from "../ui/table-list.js";
import * as toasts from "../ui/toasts.js";
import * as started from "../ui/started-jobs.js";

const SILENT_MS = 1000; // an answer that takes longer needs something to look at

export async function run() {
  const page = new ProjectPage(find("[data-project]").dataset.project);
  await page.load();
}

class ProjectPage {
  #id;
  #path;
  #project = null;
  #watch = null;
  #followed = null;
  #closeDebug = () => {};
  #tables = new TableList(find("[data-tables]"));
  #button = new GenerateButton({
    start: (options) => this.#generate(options),
    view: () => find("[data-card]").scrollIntoView({ block: "center" }),
  });

  constructor(id) {
    this.#id = id;
    this.#path = `/projects/${encodeURIComponent(id)}`;
    closable(find("[data-review]"));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#lookAgain());
  }

  async load() {
    if (!(await this.#refresh())) return;
    this.#estimate();
    const jobId = this.#project.activeJobId ?? started.of(this.#id) ?? (await this.#failedLast());
    if (jobId) await this.#follow(jobId);
  }

  /** Fetch and draw everything but the running job; false when the project cannot be shown. */
  async #refresh({ fresh = false } = {}) {
    try {
      this.#project = (await request("GET", this.#path)).body;
      this.#drawHead();
      await Promise.all([this.#showTables(fresh), this.#showContext(fresh)]);
      return true;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      say(find("[data-name]"), problem.status === 404 ? "No such project" : "Project not loaded");
      say(find("[data-facts]"), problem.status === 404 ? "It was deleted, it is somebody else's, or the address is wrong." : problem.words);
      if (problem.status !== 404) toasts.fail("The project was not loaded", problem);
      return false;
    }
  }

  async #showTables(fresh) {
    const { scannedAt, contextVersion } = this.#project;
    if (scannedAt === null) return;
    const store = contextVersion === null ? null : new ReviewStore(this.#path, contextVersion);
    await this.#tables.show({ path: this.#path, version: null, store }, { fresh });
  }

  async #showContext(fresh) {
    const { contextVersion } = this.#project;
    if (contextVersion !== null) {
      find("[data-result]").replaceChildren();
      if (fresh || !briefIsThere()) await showBrief(this.#path);
      else ownZone();
    } else if (this.#followed === null) this.#drawEmpty();
  }

  #drawHead() {
    const { name, kind, product, location: place, scannedAt, contextVersion, activeJobId } = this.#project;
    say(find("[data-name]"), name);
    document.title = `${name} — Schemalore`;
    const scanned = scannedAt === null ? "not scanned yet" : `scanned ${moment(scannedAt)}`;
    say(find("[data-facts]"), [kind === "demo" ? "Demo database" : place, product, scanned].filter(Boolean).join(" · "));
    this.#button.show({ running: activeJobId !== null, hasContext: contextVersion !== null });
  }

  /** How long it will take is worth knowing, and nothing waits for it. */
  async #estimate() {
    try {
      this.#button.expect(basis((await request("GET", "/stats/generations")).body));
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.#button.expect("");
    }
  }

  #drawEmpty() {
    find("[data-result]").replaceChildren(noContext(""));
    nameWriter();
  }

  /** Another tab or a program may have started a job while nobody looked here. */
  async #lookAgain() {
    if (this.#project === null) return;
    try {
      const { activeJobId } = (await requestQuietly("GET", this.#path)).body;
      if (activeJobId !== null) await this.#follow(activeJobId);
    } catch (problem) {
      if (problem.status === undefined) throw problem; // else: what is shown stays
    }
  }

  /** The newest job when it failed or was cancelled: a reload must not hide why. */
  async #failedLast() {
    const { body } = await request("GET", `/jobs?projectId=${encodeURIComponent(this.#id)}&limit=1`);
    const last = body.items[0];
    return last && ["failed", "cancelled"].includes(last.status) ? last.id : null;
  }

  async #generate({ retry, ...options }) {
    const path = retry === undefined ? `${this.#path}/context/generate` : `/jobs/${encodeURIComponent(retry)}/retry`;
    const simulated = setTimeout(() => this.#simulate(), SILENT_MS);
    let status;
    let answer;
    try {
      ({ status, body: answer } = await request("POST", path, options));
    } finally {
      clearTimeout(simulated);
      this.#stopSimulating();
    }
    // A server that waited answers with the context itself: then there is nothing to follow.
    if (answer.status === undefined) {
      await this.#refresh({ fresh: true });
      return;
    }
    const told = standing(status, answer, elapsed(Date.parse(answer.now) - Date.parse(answer.createdAt)));
    if (told) toasts.succeed(told, { now: true }); // what the job says itself would take its turn
    if (answer.status === "succeeded") await this.#refresh({ fresh: true }); // it is new to this page only
    else started.remember(this.#id, answer.id);
    await this.#follow(answer.id);
    find("[data-card]").scrollIntoView({ block: "nearest" });
  }

  /** There is an open request and no job yet: show that it is open, and that more is not known. */
  #simulate() {
    import("../ui/simulated-card.js"); // the element comes to life when it is there
    for (const card of find("[data-card]").children) card.hidden = true;
    find("[data-card]").append(document.createElement("sl-simulated-card"));
  }

  #stopSimulating() {
    find("[data-card]").querySelector("sl-simulated-card")?.remove();
    for (const card of find("[data-card]").children) card.hidden = false;
  }

  async #follow(jobId) {
    if (this.#followed === jobId) return;
    this.#followed = jobId;
    const parts = await import("../ui/job-parts.js");
    if (this.#followed !== jobId) return; // another one meanwhile
    this.#watch?.close();
    if (this.#project.contextVersion === null) find("[data-result]").replaceChildren();
    const card = document.createElement("sl-progress-card");
    find("[data-card]").replaceChildren(card);
    card.addEventListener("sl-resume", () => this.#button.press({ retry: jobId }));
    card.addEventListener("sl-over", () => this.#button.press({ force: true }));
    card.addEventListener("sl-pull", () => parts.pullModel(this.#watch.state, card));
    this.#button.show({ running: true, hasContext: this.#project.contextVersion !== null });
    this.#watch = new parts.JobWatch(jobId, card, { name: this.#project.name });
    this.#closeDebug();
    this.#closeDebug = parts.offerDebug(find("[data-debug]"), this.#watch);
    this.#watch.addEventListener("ended", ({ detail }) => this.#ended(detail, card, parts));
    this.#watch.start();
  }

  async #ended(state, card, { mayInterrupt, openReview, took }) {
    const ours = started.of(this.#id) === state.jobId;
    started.forget(this.#id);
    if (state.status === "failed" && ours) toasts.fail("Generation failed", state.failure, { spoken: true });
    if (state.status === "succeeded" && state.result) {
      const review = () => openReview(this.#project, state.result.contextVersion, { seconds: `took ${took(state)}` });
      card.addEventListener("sl-review", review);
      if (ours && mayInterrupt()) review();
      else if (ours) toasts.succeed(`The context of ${this.#project.name} is ready`);
    }
    await this.#refresh({ fresh: true });
    this.#estimate();
  }
}
