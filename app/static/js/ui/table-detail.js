/** One table: what it is about, its columns, and what it joins. */

import { request } from "../api.js";
import { disclosureRows } from "../model/disclosure.js";
import { count, whole } from "../model/format.js";
import { AcceptRest } from "./accept-rest.js";
import { definitions } from "./definitions.js";
import { h, icon } from "./dom.js";
import { ReviewItem } from "./review-item.js";

export class TableDetail {
  #source;
  #items = [];
  #rest;
  /** @type {HTMLElement} */
  element = h("div", { class: "table-detail", "aria-busy": "true" }, h("p", { class: "muted loading" }, "Loading columns…"));

  /**
   * @param {{path: string, id: string, version: number | null, page?: boolean,
   *   store: import("./review-store.js").ReviewStore | null}} source page: it has a page to itself
   */
  constructor(source) {
    this.#source = source;
    this.#rest = new AcceptRest(source.store, (left) => ({ text: `Accept all ${whole(left)}`, label: `Accept all ${whole(left)} of ${source.id}` }), "button small");
    source.store?.addEventListener("changed", (/** @type {CustomEvent} */ { detail }) => this.#changed(detail));
  }

  /** Fetch and draw; resolves to what the API said, null when it could not. */
  async load() {
    const { path, id, version } = this.#source;
    const query = version === null ? "" : `?version=${version}`;
    try {
      const { body } = await request("GET", `${path}/tables/${encodeURIComponent(id)}${query}`);
      this.#draw(body);
      return body;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      const again = h("button", { type: "button", class: "button small", onclick: () => this.load() }, "Try again");
      const said = problem.status === 404 ? `${problem.message} It may have changed since.` : [problem.words, " ", again];
      this.element.replaceChildren(h("p", { class: "notice bad" }, said));
      return null;
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  #changed(body) {
    const reviews = new Map(body.reviews.map((review) => [review.target, review]));
    for (const item of this.#items) item.updateFrom(reviews);
    this.#showRest();
  }

  #showRest() {
    this.#rest.show(this.#items.map(({ item }) => item));
  }

  #draw(table) {
    this.#items = [];
    const about = table.item ? this.#item(table.item, "div") : null;
    const head = h("tr", { role: "row" }, ["Column", "Type", "Meaning"].map((name) => h("th", { scope: "col", role: "columnheader" }, name)));
    const rows = table.columns.map((column) => this.#column(table, column));
    const columns = h("table", { class: "columns", role: "table" },
      h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, rows));
    const parts = [
      about ?? (table.comment ? h("p", { class: "table-about" }, table.comment) : null),
      facts(table, this.#source),
      h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `Columns of ${table.id}` }, columns),
      h("div", { class: "board-foot" }, this.#rest.elements),
      joins("Refers to", table.references, ({ columns: own, target, targetColumns }) => [target, `${own.join(", ")} → ${targetColumns.join(", ")}`], this.#source),
      joins("Referred to by", table.referencedBy, ({ table: other, columns: theirs }) => [other, theirs.join(", ")], this.#source),
      this.#source.page && table.definition ? definition(table.definition) : null,
      table.disclosed ? disclosure(table.disclosed) : null,
    ];
    this.#showRest();
    this.element.replaceChildren(...parts.filter((part) => part !== null));
  }

  #item(item, tag) {
    const made = new ReviewItem(item, { store: this.#source.store, tag });
    this.#items.push(made);
    return made.element;
  }

  /** The roles are kept in words: narrow windows lay the rows out as blocks, which would lose them. */
  #column(table, column) {
    const key = column.primaryKey ? h("span", { class: "key", title: "Primary key" }, icon("key"), h("span", { class: "unseen" }, "primary key")) : null;
    const type = h("td", { role: "cell", class: "mono" }, column.type, column.nullable ? null : h("span", { class: "required" }, " not null"));
    for (const join of table.references.filter(({ columns }) => columns.includes(column.name))) {
      const name = join.targetColumns[join.columns.indexOf(column.name)];
      type.append(h("span", { class: "target" }, icon("link"), `${join.target}${name ? `.${name}` : ""}`, join.declared ? null : h("span", { class: "implied" }, " implied")));
    }
    if (column.enum.length) type.append(h("span", { class: "values" }, column.enum.join(", ")));
    const meaning = column.item ? this.#item(column.item, "div") : (column.comment ?? "");
    return h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader", class: "mono" }, column.name, key), type, h("td", { role: "cell" }, meaning));
  }
}

/** @param {Record<string, any>} table @param {{path: string, page?: boolean}} source */
function facts(table, { path, page }) {
  const rows = table.rowEstimate === null ? "" : `about ${whole(table.rowEstimate)} rows`;
  const words = [table.domain ? `Domain ${table.domain}` : "", rows, count(table.columns.length, "column")].filter(Boolean).join(" · ");
  const link = page ? null : h("a", { href: tableAddress(path, table.id) }, "Open as a page");
  return h("p", { class: "table-facts" }, words, link ? " · " : null, link);
}

function joins(title, found, words, { path }) {
  if (found.length === 0) return null;
  const items = found.map((join) => {
    const [id, how] = words(join);
    return h("li", {}, h("a", { class: "mono", href: tableAddress(path, id) }, id), h("span", { class: "muted" }, ` by ${how}`), join.declared ? null : h("span", { class: "implied" }, " implied by names"));
  });
  return h("div", { class: "table-joins" }, h("p", { class: "table-joins-title" }, title), h("ul", {}, items));
}

function disclosure(disclosed) {
  return h("details", { class: "fold table-disclosed" },
    h("summary", {}, icon("caret"), "What was read of it, and what the model was told"), definitions(disclosureRows(disclosed)));
}

function definition(sql) {
  return h("div", { class: "sql" }, h("pre", { tabindex: 0, role: "group", "aria-label": "Definition" }, h("code", {}, sql)));
}

/** @param {string} path the project's, which is the same in the API and among the pages */
export function tableAddress(path, id) {
  return `${path}/tables/${encodeURIComponent(id)}`;
}
