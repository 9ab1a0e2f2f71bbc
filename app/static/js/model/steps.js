/** The five steps a person watches, and what each one's state is. */

/** A step is done once the server has sent its last progress: never before. */
export const STEPS = Object.freeze([
  { id: "scanning", name: "Scanning", description: "Reads tables, columns and keys", doneAt: 20 },
  { id: "indexing", name: "Indexing", description: "Makes the schema searchable", doneAt: 40 },
  { id: "analyzing", name: "Analyzing", description: "Describes every table", doneAt: 70 },
  { id: "generating", name: "Generating", description: "Writes context and insights", doneAt: 80 },
  { id: "optimizing", name: "Optimizing", description: "Writes questions, checks their SQL", doneAt: 90 },
]);

const UNFINISHED = Object.freeze({
  queued: "waiting",
  running: "active",
  failed: "failed",
  cancelled: "stopped",
  succeeded: "done",
});

/**
 * What each step is: done, active, waiting, failed or stopped.
 *
 * @param {number} progress the server's percentage
 * @param {import("../types.js").JobStatus} status
 * @returns {string[]} one state per entry of STEPS
 */
export function stepStates(progress, status) {
  if (status === "succeeded") return STEPS.map(() => "done");
  const current = STEPS.findIndex((step) => progress < step.doneAt);
  return STEPS.map((_step, index) => {
    if (current === -1 || index < current) return "done";
    return index === current ? UNFINISHED[status] : "waiting";
  });
}

/** The step being worked on, or null when the job waits, has ended, or has no such steps. */
export function activeStep({ kind, progress, status }) {
  if (kind !== "generate") return null;
  const index = stepStates(progress, status).indexOf("active");
  return index === -1 ? null : STEPS[index];
}
