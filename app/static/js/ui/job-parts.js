/** What a page needs once it follows a job: loaded then, since most visits follow none. */

import "./progress-card.js";

export { took } from "./card-words.js";
export { offerDebug } from "./debug-panel.js";
export { JobWatch } from "./job-watch.js";
export { pullModel } from "./model-pull.js";
export { mayInterrupt, openReview } from "./review.js";
