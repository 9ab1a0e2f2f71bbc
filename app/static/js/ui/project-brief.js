/** What a project's page says of its context; the whole is on the context's own page. */

import { author } from "../model/result.js";
import { moment } from "../model/format.js";
import { find, say } from "./dom.js";

/** @param {Record<string, any>} body of the context @param {string} path the project's */
export function showBrief(body, path) {
  const root = find("[data-context]");
  const left = body.items.filter(({ state }) => state === "draft").length;
  const decided = body.items.length - left;
  const reviewed = decided ? `${decided} of ${body.items.length} reviewed` : "not reviewed yet";
  say(find("[data-context-facts]", root), [`Version ${body.version}`, moment(body.createdAt), author(body), reviewed].filter(Boolean).join(" · "));
  say(find("[data-context-summary]", root), body.context.summary);
  find("[data-context-stale]", root).hidden = !body.stale;
  find("[data-context-page]", root).href = `${path}/contexts/${body.version}`;
  root.hidden = false;
}
