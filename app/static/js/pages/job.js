/** One job at its own address. */

import { request } from "../api.js";
import { moment } from "../model/format.js";
import { fromEvent } from "../model/result.js";
import { took } from "../ui/card-words.js";
import { offerDebug } from "../ui/debug-panel.js";
import { closable } from "../ui/dialogs.js";
import { find, h, say } from "../ui/dom.js";
import { oneTimeKey } from "../ui/generate-button.js";
import { JobWatch } from "../ui/job-watch.js";
import "../ui/progress-card.js";
import { resultSections } from "../ui/result-view.js";
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
  watch.addEventListener("ended", ({ detail }) => finish(detail, project, card));
  card.addEventListener("sl-again", ({ detail }) => again(project, detail));
  watch.start();
  offerDebug(find("[data-debug]"), watch);
  await name(jobId, project);
}

/** Say whose job it is; without that the page still shows how it gets on. */
async function name(jobId, project) {
  try {
    const { body: job } = await request("GET", `/jobs/${encodeURIComponent(jobId)}`);
    say(find("[data-facts]"), `Created ${moment(job.createdAt)} · job ${job.id}`);
    if (job.projectId === null) return;
    const { body } = await request("GET", `/projects/${encodeURIComponent(job.projectId)}`);
    Object.assign(project, { id: body.id, name: body.name });
    find("[data-trail]").replaceChildren("/ ", h("a", { href: address(project) }, body.name));
    say(find("[data-name]"), `Generation of ${body.name}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(find("[data-facts]"), [problem.message, problem.remedy].filter(Boolean).join(" "));
  }
}

/** Start a new job for the same project, and go to where it can be watched. */
async function again(project, { force }) {
  if (project.id === null) return;
  try {
    const options = { headers: { "Idempotency-Key": oneTimeKey() }, body: { force } };
    const { body: job } = await request("POST", `/projects/${encodeURIComponent(project.id)}/context/generate`, options);
    started.remember(project.id, job.id);
    location.assign(`/jobs/${encodeURIComponent(job.id)}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    toasts.fail("The generation did not start", problem);
  }
}

function finish(state, project, card) {
  if (state.status !== "succeeded" || !state.result) return;
  const result = fromEvent(state.result);
  card.addEventListener("sl-review", () => openReview(result, { name: project.name, seconds: `took ${took(state)}` }));
  find("[data-result]").replaceChildren(h("section", { class: "panel context" }, resultSections(result, "h2")));
}

function address({ id }) {
  return `/projects/${encodeURIComponent(id)}`;
}
