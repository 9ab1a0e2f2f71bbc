/** Pulls a model that a generation lacked, with a card of its own below the generation's. */

import { request } from "../api.js";
import { missingModel } from "../model/failures.js";
import { h } from "./dom.js";
import { oneTimeKey } from "./generate-button.js";
import { JobWatch } from "./job-watch.js";
import * as toasts from "./toasts.js";

/** Start the pull, or join the one that runs, and show it after the card that asked for it. */
export async function pullModel(state, card) {
  const model = missingModel(state);
  try {
    const { body: job } = await request("POST", "/models/pull", { headers: { "Idempotency-Key": oneTimeKey() }, body: { model } });
    follow(job.id, model, card);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    toasts.fail(`The pull of ${model} did not start`, problem);
  }
}

let watch = null; // of the only pull that is shown

function follow(jobId, model, below) {
  watch?.close();
  below.parentElement.querySelector(".pull")?.remove();
  const card = document.createElement("sl-progress-card");
  below.after(h("div", { class: "pull" }, card));
  watch = new JobWatch(jobId, card, { name: `Pull of ${model}` });
  card.addEventListener("sl-resume", () => pullModel({ failure: { action: "pull", model } }, below));
  watch.start();
  card.scrollIntoView({ block: "nearest" });
}
