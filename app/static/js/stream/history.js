/** What is stored of a job: its snapshot and the milestones after a cursor. */

/** What an HTTP status means for following the job; any other failure may pass. */
const REFUSED = Object.freeze({ 401: "signedOut", 403: "gone", 404: "gone", 410: "gone" });

/**
 * @param {import("../types.js").Transport} transport
 * @param {string} jobId
 * @param {() => number} after the last milestone that is known, asked when it is needed
 * @returns {Promise<{job: import("../types.js").Job, events: import("../types.js").JobEvent[]}
 *   | {refused: string | null}>} `refused` is null when the server is only away
 */
export async function ask(transport, jobId, after) {
  try {
    const job = await transport.job(jobId);
    const { items } = await transport.events(jobId, after());
    return { job, events: items };
  } catch (problem) {
    if (problem.status === undefined) throw problem; // a mistake of ours, not of the server
    return { refused: REFUSED[problem.status] ?? null };
  }
}
