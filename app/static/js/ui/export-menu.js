/** The files that a context can leave as. */

import { h, icon } from "./dom.js";

const FORMATS = Object.freeze([
  ["markdown", "Markdown", "a document to read"],
  ["json", "JSON", "all of it, with its schema"],
  ["mermaid", "Mermaid", "a diagram of the tables"],
  ["dbt", "dbt", "sources with descriptions"],
  ["mschema", "M-Schema", "for text-to-SQL prompts"],
  ["comments", "SQL comments", "to write into the database"],
]);

/** @param {string} path the project's, below /api/v1 */
export function exportMenu(path, version) {
  const links = FORMATS.map(([format, name, use]) =>
    h("li", {}, h("a", { href: `/api/v1${path}/context/export?format=${format}&version=${version}`, download: true }, h("strong", {}, name), h("small", {}, use))));
  const menu = h("details", { class: "menu exports" }, h("summary", { class: "button" }, "Export", icon("caret")), h("ul", { class: "menu-list" }, links));
  // It closes like other menus: by Escape, and when one goes elsewhere.
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== null && !menu.contains(relatedTarget)) menu.open = false;
  });
  return menu;
}
