/** One table at its own address. */

import { request } from "../api.js";
import { find, say } from "../ui/dom.js";
import { ReviewStore } from "../ui/review-store.js";
import { TableDetail } from "../ui/table-detail.js";

export async function run() {
  const { project, table: id } = find("[data-table]").dataset;
  const path = `/projects/${encodeURIComponent(project)}`;
  const facts = find("[data-facts]");
  try {
    const { body } = await request("GET", path);
    say(find("[data-trail]"), body.name);
    const store = body.contextVersion === null ? null : new ReviewStore(path, body.contextVersion);
    const detail = new TableDetail({ path, id, version: null, page: true, store });
    find("[data-detail]").replaceChildren(detail.element);
    const table = await detail.load();
    const written = table?.version ? `described by version ${table.version} of the context` : "not described yet";
    say(facts, table === null ? "Not loaded" : `${table.kind === "view" ? "View" : "Table"} of ${body.name}, ${written}`);
    if (table !== null) document.title = `${id} · ${body.name} — Schemalore`;
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(facts, problem.words);
  }
}
