/** What is stored of a job: its snapshot and the milestones after a cursor. */

/** What an HTTP status means for following the job; any other failure may pass. */
export const REFUSED = Object.freeze({ 401: "signedOut", 403: "gone", 404: "gone", 410: "gone" });

/**
 * @param {import("../types.js").Transport} transport
 * @param {string} jobId
 * @param {() => number} after the last milestone that is known, asked when it is needed
 * @returns {Promise<{job?: import("../types.js").Job, events?: import("../types.js").JobEvent[],
 *   refused?: string | null}>} either job and events, or `refused`: null when the server is only away
 */
export async function ask(transport, jobId, after) {
  try {
    const job = await transport.job(jobId);
    const events = [];
    let page = { items: [], lastSeq: 0 };
    do {
      page = await transport.events(jobId, events.at(-1)?.seq ?? after());
      events.push(...page.items); // at most a thousand at a time
    } while (page.items.length > 0 && events.at(-1).seq < page.lastSeq);
    return { job, events };
  } catch (problem) {
    if (problem.status === undefined) throw problem; // a mistake of ours, not of the server
    return { refused: REFUSED[problem.status] ?? null };
  }
}
