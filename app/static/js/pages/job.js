/** One job at its own address. */

import { request } from "../api.js";
import { moment } from "../model/format.js";
import { took } from "../ui/card-words.js";
import { offerDebug } from "../ui/debug-panel.js";
import { closable } from "../ui/dialogs.js";
import { find, h, say } from "../ui/dom.js";
import { oneTimeKey } from "../ui/generate-button.js";
import { JobWatch } from "../ui/job-watch.js";
import { pullModel } from "../ui/model-pull.js";
import "../ui/progress-card.js";
import { openReview } from "../ui/review.js";
import * as started from "../ui/started-jobs.js";
import * as toasts from "../ui/toasts.js";

export async function run() {
  const jobId = find("[data-job]").dataset.job;
  closable(find("[data-review]"));
  // The card needs nobody but the job: it is there while the names are still on their way.
  const card = document.createElement("sl-progress-card");
  find("[data-card]").replaceChildren(card);
  const project = { id: null, name: "Generation" };
  const watch = new JobWatch(jobId, card, project);
  watch.addEventListener("ended", (/** @type {CustomEvent} */ { detail }) => finish(detail, project, card));
  card.addEventListener("sl-resume", () => begin(`/jobs/${encodeURIComponent(jobId)}/retry`, {}));
  card.addEventListener("sl-over", () => begin(`${address(project)}/context/generate`, { body: { force: true } }));
  card.addEventListener("sl-pull", () => pullModel(watch.state, card));
  watch.start();
  offerDebug(find("[data-debug]"), watch);
  await name(jobId, project);
}

/** Say whose job it is; without that the page still shows how it gets on. */
async function name(jobId, project) {
  try {
    const { body: job } = await request("GET", `/jobs/${encodeURIComponent(jobId)}`);
    say(find("[data-facts]"), `Created ${moment(job.createdAt)} · job ${job.id}`);
    if (job.projectId === null) {
      project.name = "Pull of a model";
      say(find("[data-name]"), project.name);
      return;
    }
    const { body } = await request("GET", `/projects/${encodeURIComponent(job.projectId)}`);
    Object.assign(project, { id: body.id, name: body.name });
    find("[data-trail]").replaceChildren("/ ", h("a", { href: address(project) }, body.name));
    say(find("[data-name]"), `Generation of ${body.name}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    if (problem.status !== 404) say(find("[data-facts]"), problem.words); // the card says that it is gone
  }
}

/** Start a new job in this one's place, and go to where it can be watched. */
async function begin(path, options) {
  try {
    const { body: job } = await request("POST", path, { ...options, headers: { "Idempotency-Key": oneTimeKey() } });
    if (job.projectId !== null) started.remember(job.projectId, job.id);
    location.assign(`/jobs/${encodeURIComponent(job.id)}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    toasts.fail("The generation did not start", problem);
  }
}

function finish(state, project, card) {
  if (state.status !== "succeeded" || !state.result || state.projectId === null) return;
  const { contextVersion: version, contextSummary: summary } = state.result;
  // The name may come later than the end: it is asked for when it is shown.
  const owner = () => ({ id: state.projectId, name: project.name });
  card.addEventListener("sl-review", () => openReview(owner(), version, { seconds: `took ${took(state)}` }));
  find("[data-result]").replaceChildren(h("section", { class: "panel context", "aria-labelledby": "result-title" },
    h("h2", { id: "result-title" }, `Context, version ${version}`),
    h("p", { class: "lede" }, summary),
    h("p", {}, h("a", { class: "button", href: `${address(owner())}/contexts/${version}` }, "Read and review the context"))));
}

function address({ id }) {
  return `/projects/${encodeURIComponent(id)}`;
}
