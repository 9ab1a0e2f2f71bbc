/** What a project's page says of its context; the whole is on the context's own page. */

import { moment } from "../model/format.js";
import { author } from "../model/result.js";
import { find, say } from "./dom.js";

/** Whether the server has told it with the page. */
export function briefIsThere() {
  return !find("[data-context]").hidden;
}

/** The server's times in the reader's own zone. */
export function ownZone() {
  for (const time of find("[data-context]").querySelectorAll("time")) say(time, moment(time.dateTime));
}

/** @param {any} body of the context @param {string} path the project's */
export function showBrief(body, path) {
  const root = find("[data-context]");
  const decided = body.reviews.length;
  const reviewed = decided ? `${decided} reviewed` : "not reviewed yet";
  say(find("[data-context-facts]", root), [`Version ${body.version}`, moment(body.createdAt), author(body), reviewed].filter(Boolean).join(" · "));
  say(find("[data-context-summary]", root), body.context.summary);
  find("[data-context-stale]", root).hidden = !body.stale;
  find("[data-context-page]", root).href = `${path}/contexts/${body.version}`;
  root.hidden = false;
}
