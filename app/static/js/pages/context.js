/** One version of a context: to be read, decided about, compared and taken along. */

import { request } from "../api.js";
import { moment } from "../model/format.js";
import { author } from "../model/result.js";
import { find, h, say } from "../ui/dom.js";
import { Domains } from "../ui/domains.js";
import { exportMenu } from "../ui/export-menu.js";
import { scoresPanel, sentPanel } from "../ui/making.js";
import { ReviewBoard } from "../ui/review-board.js";
import { ReviewStore } from "../ui/review-store.js";
import { TableList } from "../ui/table-list.js";
import { versionsPanel } from "../ui/versions.js";

export async function run() {
  const { contextPage: projectId, version } = find("[data-context-page]").dataset;
  const path = `/projects/${encodeURIComponent(projectId)}`;
  const store = new ReviewStore(path, Number(version));
  const parts = find("[data-parts]");
  try {
    const [project, context] = await Promise.all([request("GET", path), store.load()]);
    head(project.body, context, path);
    await show(context, { path, store });
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    if (problem.status === 404) missing(parts);
    else parts.replaceChildren(h("p", { class: "notice bad", role: "alert" }, problem.words));
  }
  parts.removeAttribute("aria-busy");
}

function head(project, context, path) {
  say(find("[data-trail]"), project.name);
  say(find("[data-name]"), `Context of ${project.name}`);
  document.title = `Context v${context.version} · ${project.name} — Schemalore`;
  say(find("[data-facts]"), [`Version ${context.version}`, moment(context.createdAt), author(context)].filter(Boolean).join(" · "));
  find("[data-page-action]").replaceChildren(exportMenu(path, context.version));
  const notices = [];
  if (context.version !== context.latest) {
    const newest = h("a", { href: `${path}/contexts/${context.latest}` }, `version ${context.latest}`);
    notices.push(h("p", { class: "notice" }, "This is an earlier version, to be read only. The newest is ", newest, "."));
  }
  if (context.stale) notices.push(h("p", { class: "notice warn" }, "The schema has changed since this was written. Regenerate to bring it up to date."));
  find("[data-notices]").replaceChildren(...notices);
}

function missing(parts) {
  say(find("[data-name]"), "No such version");
  say(find("[data-facts]"), "The project has no context with this number, or it is somebody else's.");
  parts.replaceChildren();
}

function unloaded(problem) {
  if (problem.status === undefined) throw problem;
  return h("p", { class: "notice bad", role: "alert" }, `The versions were not loaded. ${problem.words}`);
}

async function show(context, { path, store }) {
  const saved = context.version === context.latest ? store : null;
  const board = new ReviewBoard(store, context, "h2");
  const domains = new Domains({ path, body: context, store: saved });
  const panel = h("div", { class: "panel context" }, board.sections, h("div", { class: "board-foot" }, board.rest));
  find("[data-parts]").replaceChildren(...[panel, domains.element].filter((part) => part !== null));
  const list = new TableList(find("[data-tables]")).show({ path, version: context.version, store: saved });
  // What is there already stays, whatever becomes of the rest.
  const [versions] = await Promise.all([versionsPanel(path, context.version).catch(unloaded), list]);
  const after = [scoresPanel(context), versions, sentPanel(context)];
  find("[data-parts-after]").replaceChildren(...after.filter((part) => part !== null));
  if (location.hash === "#versions") versions.scrollIntoView(); // it was not there when the browser looked for it
}
