/** Keeps the state of one job fresh for whoever shows only a little of it: stream -> reducer. */

import { reduce, unknown, withJob } from "../model/job-reducer.js";
import { GenerationStream } from "../stream/generation-stream.js";
import { pageShare } from "./page-share.js";
import { TRANSPORT } from "./transport.js";

/**
 * Tell each new state of the job until it ends.
 *
 * @param {string} jobId
 * @param {(state: object) => void} tell
 * @returns {() => void} stops it
 */
export function followJob(jobId, tell) {
  let state = unknown(jobId);
  const stream = new GenerationStream(jobId, {
    transport: TRANSPORT,
    relay: document.documentElement.dataset.relay ?? "",
    share: pageShare(jobId),
  });
  const update = (next) => {
    state = next;
    tell(state);
  };
  stream.addEventListener("snapshot", (/** @type {CustomEvent} */ { detail }) => update(withJob(state, detail)));
  stream.addEventListener("progress", (/** @type {CustomEvent} */ { detail }) => update(reduce(state, detail)));
  stream.start();
  return () => stream.close();
}
