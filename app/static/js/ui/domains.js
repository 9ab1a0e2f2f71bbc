/** The domains of a context: what each is about, and its diagram once it is opened. */

import { request } from "../api.js";
import { count } from "../model/format.js";
import { domainDiagram } from "./domain-diagram.js";
import { h, icon } from "./dom.js";
import { ReviewItem } from "./review-item.js";

const REDRAW_MS = 150;

export class Domains {
  #path;
  #version;
  #joins = null;
  #items = [];
  /** @type {HTMLElement | null} null: the context has no domains */
  element = null;

  /**
   * @param {{path: string, body: Record<string, any>, store: import("./review-store.js").ReviewStore | null}} source
   *   body of the context; no store: to be read only
   */
  constructor({ path, body, store }) {
    this.#path = path;
    this.#version = body.version;
    const items = body.items.filter(({ kind }) => kind === "domain");
    if (items.length === 0) return;
    store?.addEventListener("changed", (/** @type {CustomEvent} */ { detail }) => {
      const now = new Map(detail.items.map((item) => [item.target, item]));
      for (const item of this.#items) if (now.has(item.item.target)) item.update(now.get(item.item.target));
    });
    this.element = h("section", { class: "panel", "aria-labelledby": "domains-title" },
      h("h2", { id: "domains-title", class: "panel-title" }, "Domains"), items.map((item) => this.#domain(item, store)));
  }

  #domain(item, store) {
    const name = item.target.replace(/^domain:/, "");
    const about = new ReviewItem(item, { store, tag: "div" });
    this.#items.push(about);
    const place = h("div", { class: "diagram-place" });
    const fold = h("details", { class: "fold domain" },
      h("summary", {}, icon("caret"), h("strong", {}, name), h("span", { class: "muted" }, count(item.tables.length, "table"))),
      about.element, place);
    let width = 0;
    const draw = async () => {
      const now = place.clientWidth;
      if (!fold.open || now === width) return;
      width = now;
      place.replaceChildren(await this.#picture({ name, tables: item.tables }, now));
    };
    fold.addEventListener("toggle", draw);
    let timer = null;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(draw, REDRAW_MS);
    }).observe(place);
    return fold;
  }

  async #picture(domain, width) {
    try {
      this.#joins ??= request("GET", `${this.#path}/joins?version=${this.#version}`);
      const { body } = await this.#joins;
      return domainDiagram(domain, body.items, { path: this.#path, width });
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.#joins = null; // the next that is opened asks again
      return h("p", { class: "notice bad", role: "alert" }, problem.words);
    }
  }
}
