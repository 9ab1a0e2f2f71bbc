/** What a row needs whose job has not ended: loaded then. */

export { ended } from "../model/job-reducer.js";
export { JobBadge } from "./job-badge.js";
export { followJob } from "./job-feed.js";
