/** What came when: the last events and changes of the connection, for the debug panel. */

const KEPT = 500;

export class JobLog {
  #jobId;
  #events = [];
  #links = [];
  skew = 0; // the server's clock minus ours, in milliseconds

  constructor(jobId) {
    this.#jobId = jobId;
  }

  /** An event came at this time of ours. */
  event({ seq, step, progress, at }, now) {
    const type = seq === undefined || seq === null ? "tick" : "milestone";
    const delay = Math.round(now + this.skew - Date.parse(at));
    this.#events = [...this.#events, { seq: seq ?? null, type, step, progress, at, delay }].slice(-KEPT);
  }

  /** The connection said how it is; only changes are kept. */
  link({ state, reason, role, error }, now) {
    const last = this.#links.at(-1);
    if (last && last.state === state && last.reason === reason && last.role === role) return;
    const at = new Date(now).toISOString();
    this.#links = [...this.#links, { at, state, reason, role, error }].slice(-KEPT);
  }

  get events() {
    return this.#events;
  }

  get links() {
    return this.#links;
  }

  /** Everything, with what the caller adds, as a value that can be written as JSON. */
  report(more) {
    return { jobId: this.#jobId, ...more, transitions: this.#links, events: this.#events };
  }
}
