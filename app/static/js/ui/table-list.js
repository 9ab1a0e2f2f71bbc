/** The tables of a schema: filtered as one types, columns drawn when a table is opened. */

import { count, whole } from "../model/format.js";
import { matching, matchingColumns } from "../model/schema.js";
import { find, h, icon, say } from "./dom.js";

const AT_MOST = 100;

export class TableList {
  #root;
  #tables = [];
  #described = new Map();

  /** @param {HTMLElement} root the page's [data-tables] section */
  constructor(root) {
    this.#root = root;
    find("[data-filter]", root).addEventListener("input", () => this.#draw());
    document.addEventListener("keydown", (event) => this.#shortcut(event));
  }

  /**
   * @param {ReturnType<typeof import("../model/schema.js").tablesOf>} tables
   * @param {Map<string, {text: string, columns: Map<string, string>}>} described by table id
   */
  show(tables, described) {
    this.#tables = tables;
    this.#described = described;
    this.#root.hidden = false;
    this.#draw();
  }

  #draw() {
    const query = find("[data-filter]", this.#root).value;
    const found = matching(this.#tables, query);
    const shown = found.slice(0, AT_MOST);
    say(find("[data-count]", this.#root), countText(this.#tables, found, shown));
    const rows = shown.map((table) => this.#row(table, query));
    const empty = h("p", { class: "empty-line" }, query ? "No table or column has this name." : "The schema has no tables.");
    find("[data-list]", this.#root).replaceChildren(...(rows.length ? rows : [empty]));
  }

  #row(table, query) {
    const described = this.#described.get(table.id);
    const hits = matchingColumns(table, query);
    const text = hits.length ? `Columns: ${hits.join(", ")}` : described?.text || table.comment;
    const summary = h("summary", {},
      icon("caret"),
      h("span", { class: "table-name" }, table.id, table.isView ? h("span", { class: "badge" }, "view") : null),
      h("span", { class: "table-size" }, count(table.columns.length, "column")),
      h("span", { class: "table-text" }, text ?? ""));
    const row = h("details", { class: "table-row" }, summary);
    row.addEventListener("toggle", () => {
      if (row.open && row.children.length === 1) row.append(opened(table, described));
    });
    return row;
  }

  #shortcut(event) {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key !== "/" || typing || this.#root.hidden || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    find("[data-filter]", this.#root).focus();
  }
}

function countText(entries, found, shown) {
  const tables = entries.filter(({ isView }) => !isView);
  const views = entries.length - tables.length;
  const total = count(tables.length, "table") + (views ? ` and ${count(views, "view")}` : "");
  if (found.length < entries.length) {
    const first = shown.length < found.length ? `, first ${shown.length} shown` : "";
    return `${whole(found.length)} of ${total}${first}`;
  }
  if (shown.length < found.length) return `${total}, first ${shown.length} shown`;
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0);
  return `${total}; ${count(columns, "column")} in tables`;
}

function opened(table, described) {
  const text = described?.text || table.comment;
  const rows = table.columns.map((column) => columnRow(table, column, described));
  const head = h("tr", {}, ["Column", "Type", "Meaning"].map((name) => h("th", { scope: "col" }, name)));
  return h("div", { class: "table-body" },
    text ? h("p", { class: "table-about" }, text) : null,
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `Columns of ${table.id}` },
      h("table", { class: "columns", role: "table" }, h("thead", {}, head), h("tbody", {}, rows))));
}

/** The roles are kept in words: narrow windows lay the rows out as blocks, which would lose them. */
function columnRow(table, column, described) {
  const isKey = table.primaryKey.has(column.name);
  const target = table.references.get(column.name);
  const key = isKey ? h("span", { class: "key", title: "Primary key" }, icon("key"), h("span", { class: "unseen" }, "primary key")) : null;
  const type = h("td", { role: "cell", class: "mono" }, column.type, column.nullable ? null : h("span", { class: "required" }, " not null"));
  if (target) type.append(h("span", { class: "target" }, icon("link"), target));
  return h("tr", { role: "row" },
    h("th", { scope: "row", role: "rowheader", class: "mono" }, column.name, key),
    type,
    h("td", { role: "cell" }, described?.columns.get(column.name) || column.comment || ""));
}
