/** What a project's page says of its context; the whole is on the context's own page. */

import { request } from "../api.js";
import { moment } from "../model/format.js";
import { author } from "../model/result.js";
import { find, h, say } from "./dom.js";

const VERSIONS = 3; // the context's own page has all

/** Whether the server has told it with the page. */
export function briefIsThere() {
  return !find("[data-context]").hidden;
}

/** The server's times in the reader's own zone. */
export function ownZone() {
  for (const time of find("[data-context]").querySelectorAll("time")) say(time, moment(time.dateTime));
}

/** Fetch it from the API and show it. @param {string} path the project's */
export async function showBrief(path) {
  const [context, versions] = await Promise.all([request("GET", `${path}/context?tables=false`), request("GET", `${path}/context/versions`)]);
  showContext(context.body, path);
  showVersions(versions.body.items, path);
}

function showContext(body, path) {
  const root = find("[data-context]");
  const decided = body.reviews.length;
  const reviewed = decided ? `${decided} reviewed` : "not reviewed yet";
  say(find("[data-context-facts]", root), [`Version ${body.version}`, moment(body.createdAt), author(body), reviewed].filter(Boolean).join(" · "));
  say(find("[data-context-summary]", root), body.context.summary);
  find("[data-context-stale]", root).hidden = !body.stale;
  find("[data-context-page]", root).href = `${path}/contexts/${body.version}`;
  root.hidden = false;
}

/** The newest first; a single one has nothing to choose from. */
function showVersions(items, path) {
  const root = find("[data-context-versions]");
  find("ol", root).replaceChildren(...items.slice(0, VERSIONS).map(({ version, createdAt }) => h("li", { class: "version" },
    h("a", { href: `${path}/contexts/${version}` }, `Version ${version}`), " ",
    h("time", { class: "muted", datetime: createdAt }, moment(createdAt)))));
  find("[data-context-compare]", root).href = `${path}/contexts/${items[0].version}?against=${items[0].version - 1}#versions`;
  root.hidden = items.length < 2;
}
