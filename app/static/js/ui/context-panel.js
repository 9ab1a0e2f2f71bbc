/** A project's current context on its page, with its exports. */

import { moment } from "../model/format.js";
import { author } from "../model/result.js";
import { h } from "./dom.js";
import { resultSections } from "./result-view.js";

const FORMATS = Object.freeze([
  ["markdown", "Markdown"],
  ["json", "JSON"],
  ["mermaid", "Mermaid"],
  ["dbt", "dbt"],
  ["mschema", "M-Schema"],
  ["comments", "SQL comments"],
]);

/** @param {string} path the project's, below /api/v1 */
export function contextPanel(result, path) {
  const facts = [`Version ${result.version}`, moment(result.createdAt), author(result)];
  const stale = h("p", { class: "notice warn" }, "The schema has changed since this was written. Regenerate to bring it up to date.");
  return h("section", { class: "panel context", "aria-labelledby": "context-title" },
    h("header", { class: "section-head" },
      h("h2", { id: "context-title" }, "Context"),
      h("p", { class: "muted" }, facts.filter(Boolean).join(" · "))),
    result.stale ? stale : null,
    resultSections(result, "h3", { folded: true }),
    h("footer", { class: "exports" },
      h("span", { class: "muted", id: "export-label" }, "Export as"),
      h("ul", { "aria-labelledby": "export-label" }, FORMATS.map(([format, name]) =>
        h("li", {}, h("a", { href: `/api/v1${path}/context/export?format=${format}`, download: true }, name))))));
}
