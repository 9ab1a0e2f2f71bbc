/** One job at its own address. */

import { request } from "../api.js";
import { duration, moment } from "../model/format.js";
import { fromEvent } from "../model/result.js";
import { closable } from "../ui/dialogs.js";
import { find, h, say } from "../ui/dom.js";
import { JobWatch } from "../ui/job-watch.js";
import "../ui/progress-card.js";
import { resultSections } from "../ui/result-view.js";
import { openReview } from "../ui/review.js";

export async function run() {
  const jobId = find("[data-job]").dataset.job;
  closable(find("[data-review]"));
  let project;
  try {
    const { body: job } = await request("GET", `/jobs/${encodeURIComponent(jobId)}`);
    say(find("[data-facts]"), [`Job ${job.id}`, `created ${moment(job.createdAt)}`].join(" · "));
    if (job.projectId === null) project = { id: null, name: "job" };
    else project = (await request("GET", `/projects/${encodeURIComponent(job.projectId)}`)).body;
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(find("[data-facts]"), [problem.message, problem.remedy].filter(Boolean).join(" "));
    return;
  }
  const address = project.id && `/projects/${encodeURIComponent(project.id)}`;
  if (address) find("[data-trail]").replaceChildren("/ ", h("a", { href: address }, project.name));
  const card = document.createElement("sl-progress-card");
  find("[data-card]").replaceChildren(card);
  card.addEventListener("sl-again", () => location.assign(address ?? "/"));
  const watch = new JobWatch(jobId, card, project.name);
  watch.addEventListener("ended", ({ detail }) => finish(detail, project, card));
  watch.start();
}

function finish(state, project, card) {
  if (state.status !== "succeeded" || !state.result) return;
  const result = fromEvent(state.result);
  const took = state.startedAt ? `took ${duration(Date.parse(state.finishedAt) - Date.parse(state.startedAt))}` : "";
  card.addEventListener("sl-review", () => openReview(result, { name: project.name, seconds: took }));
  find("[data-result]").replaceChildren(h("section", { class: "panel context" }, resultSections(result, "h2")));
}
