/** The tables of a schema: filtered as one types, columns fetched when a table is opened. */

import { request } from "../api.js";
import { count, whole } from "../model/format.js";
import { beginning } from "../model/items.js";
import { entriesOf, matching, matchingColumns } from "../model/schema.js";
import { find, h, say } from "./dom.js";
import { stateBadge } from "./state-badge.js";
import * as toasts from "./toasts.js";

const AT_MOST = 100; // rows that are drawn at once

export class TableList {
  #root;
  #list;
  #filter;
  #path = "";
  #version = null;
  #store = null;
  #entries = null;
  #loading = null;
  #first = null;
  #turn = 0;
  #shown = 0; // counts schemas: the tables of an earlier one are not shown over a later one's

  /** @param {HTMLElement} root the page's [data-tables] section, with the rows that the server drew */
  constructor(root) {
    this.#root = root;
    this.#list = find("[data-list]", root);
    this.#filter = find("[data-filter]", root);
    this.#filter.addEventListener("input", () => this.#search());
    this.#list.addEventListener("toggle", ({ target }) => this.#toggled(target), true);
    document.addEventListener("keydown", (event) => this.#shortcut(event));
  }

  /**
   * Show the tables of a project: the rows of the server stay until there are others to show.
   * @param {{path: string, version: number | null, store: import("./review-store.js").ReviewStore | null}} source
   *   version: of the context, null for the present schema; no store: descriptions are to be read only
   * @param {{fresh?: boolean}} options fresh: what is drawn is outdated
   */
  async show({ path, version, store }, { fresh = false } = {}) {
    this.#path = path;
    this.#version = version;
    this.#store = store;
    store?.addEventListener("changed", (/** @type {CustomEvent} */ { detail }) => this.#decided(store, detail.reviews));
    this.#loading = null;
    this.#entries = null;
    this.#shown += 1;
    // Rows that somebody opened before the script was there.
    for (const row of this.#list.querySelectorAll("details[open]")) this.#toggled(row);
    if (fresh || !("drawn" in this.#list.dataset)) {
      this.#first = null;
      await this.#index();
      this.#root.hidden = this.#entries === null;
      if (this.#entries) this.#search();
    } else {
      this.#first ??= { rows: [...this.#list.children], count: find("[data-count]", this.#root).textContent };
      // Fetched ahead of the first key, when nothing else is to do.
      (globalThis.requestIdleCallback ?? setTimeout)(() => this.#index());
      if (this.#filter.value) this.#search();
    }
  }

  /** All tables by name; one request however often one asks. */
  #index() {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load() {
    const shown = this.#shown;
    try {
      const { body } = await request("GET", `${this.#path}/tables${this.#query()}`);
      if (shown === this.#shown) this.#entries = entriesOf(body.items);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (shown !== this.#shown) return;
      this.#loading = null; // the next key tries again
      toasts.fail("The tables were not loaded", problem);
    }
  }

  #query() {
    return this.#version === null ? "" : `?version=${this.#version}`;
  }

  async #search() {
    if (this.#path === "") return; // `show` searches for what was typed before it
    const turn = ++this.#turn;
    const query = this.#filter.value.trim();
    if (query === "" && this.#first) {
      this.#draw(this.#first.rows, this.#first.count, true);
      return;
    }
    if (this.#entries === null) await this.#index();
    if (this.#entries === null || turn !== this.#turn) return; // a newer key was pressed meanwhile
    const found = matching(this.#entries, query);
    const shown = found.slice(0, AT_MOST);
    this.#draw(shown.map((entry) => this.#row(entry, query)), countText(this.#entries, found, shown), query === "" && this.#first !== null);
  }

  #draw(rows, text, pages) {
    const empty = h("p", { class: "empty-line" }, this.#filter.value ? "No table or column has this name." : "The schema has no tables.");
    this.#list.replaceChildren(...(rows.length ? rows : [empty]));
    say(find("[data-count]", this.#root), text);
    find("[data-more]", this.#root).hidden = !pages;
  }

  #row(entry, query) {
    const row = find("template[data-row]", this.#root).content.firstElementChild.cloneNode(true);
    const hits = matchingColumns(entry, query);
    row.dataset.id = entry.id;
    find("[data-row-name]", row).textContent = entry.id;
    find("[data-row-view]", row).hidden = !entry.view;
    find("[data-row-size]", row).textContent = count(entry.columns.length, "column");
    showState(row, entry);
    find("[data-row-text]", row).textContent = beginning(hits.length ? `Columns: ${hits.join(", ")}` : entry.text, 300);
    return row;
  }

  /** What was decided shows at once, at the rows and at those that are drawn later. */
  #decided(store, reviews) {
    if (store !== this.#store) return; // of an earlier version
    const states = new Map(reviews.map(({ target, state }) => [target, state]));
    const stateOf = (id) => states.get(`table:${id}`) ?? "draft";
    for (const entry of this.#entries ?? []) entry.state = stateOf(entry.id);
    for (const row of [...this.#list.children, ...(this.#first?.rows ?? [])]) {
      if (row.dataset?.source) showState(row, { source: row.dataset.source, state: stateOf(row.dataset.id) });
    }
  }

  async #toggled(row) {
    if (!row.open || row.children.length > 1 || this.#path === "") return;
    const { TableDetail } = await import("./table-detail.js");
    if (row.children.length > 1) return; // opened twice meanwhile
    const detail = new TableDetail({ path: this.#path, id: row.dataset.id, version: this.#version, store: this.#store });
    row.append(h("div", { class: "table-body" }, detail.element));
    detail.load();
  }

  #shortcut(event) {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key !== "/" || typing || this.#root.hidden || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#filter.focus();
  }
}

function showState(row, { source, state }) {
  row.dataset.source = source ?? "";
  find("[data-row-state]", row).replaceChildren(...(source ? [stateBadge({ source, state })] : []));
}

function countText(entries, found, shown) {
  const tables = entries.filter(({ view }) => !view);
  const views = entries.length - tables.length;
  const total = count(tables.length, "table") + (views ? ` and ${count(views, "view")}` : "");
  const first = shown.length < found.length ? `, first ${shown.length} shown` : "";
  if (found.length < entries.length) return `${whole(found.length)} of ${total}${first}`;
  if (first) return `${total}${first}`;
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0);
  return `${total}; ${count(columns, "column")} in tables`;
}
