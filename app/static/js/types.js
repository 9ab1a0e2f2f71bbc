/**
 * The shapes that the API and the relay send; for readers and editors only.
 *
 * @typedef {{body?: any, headers?: Record<string, string>}} Asking  What a request may carry.
 *
 * @typedef {{seconds: number, low: number, high: number, runs: number}} Eta
 *
 * @typedef {object} JobEvent  A milestone has `seq`; a tick has none.
 * @property {string} jobId
 * @property {number} [seq]
 * @property {string} at
 * @property {string} step
 * @property {number} progress
 * @property {string} message
 * @property {Record<string, unknown>} [stats]
 * @property {Eta} [eta]
 * @property {Record<string, any>} [data]
 * @property {boolean} [error]
 * @property {string} [code]
 * @property {boolean} [retryable]
 * @property {string} [action]
 * @property {string} [model]  the one that is missing
 * @property {boolean} [truncated]
 *
 * @typedef {"queued"|"running"|"succeeded"|"failed"|"cancelled"} JobStatus
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {string} projectId
 * @property {JobStatus} status
 * @property {string|null} step
 * @property {number} progress
 * @property {string|null} message
 * @property {Record<string, unknown>|null} stats
 * @property {Eta|null} eta
 * @property {number} attempt
 * @property {number} lastSeq
 * @property {number|null} queuedAhead
 * @property {string|null} workerSeenAt
 * @property {string|null} now
 * @property {string|null} engine
 * @property {string|null} model
 * @property {{code: string, message: string, retryable: boolean, action?: string, model?: string}|null} error
 * @property {string|null} cancelRequestedAt
 * @property {string} createdAt
 * @property {string|null} startedAt
 * @property {string|null} finishedAt
 *
 * @typedef {"connecting"|"live"|"waiting"|"polling"|"done"|"gone"|"signedOut"} LinkState
 *
 * @typedef {object} Link  How the news arrives; times are this machine's, in milliseconds.
 * @property {LinkState} state
 * @property {"offline"|"away"|"stream"|"refused"|"crowded"|null} reason  why it is not live: we are
 *   offline, the server does not answer, only its stream does not, it refuses the stream, or this
 *   browser holds four streams already
 * @property {number|null} retryAt  when the next attempt is made
 * @property {number|null} everyMs  how often the server is asked, while it is polled
 * @property {number|null} latency  of the last round trip
 * @property {number|null} heardAt  when anything was last heard, heartbeats included
 * @property {number|null} lostAt  since when there is no stream
 * @property {number} attempts  that failed in a row
 * @property {string} error  of the last failed attempt
 * @property {"alone"|"leader"|"follower"|"none"} role  of this tab
 *
 * @typedef {object} Transport  How GenerationStream asks the server. Rejections carry `status`:
 *   the HTTP status, or 0 when nobody answered.
 * @property {(id: string) => Promise<Job>} job
 * @property {(id: string, after: number) => Promise<{items: JobEvent[], lastSeq: number}>} events
 * @property {() => Promise<boolean>} refresh  renews the sign-in; false when it was refused
 */
export {};
