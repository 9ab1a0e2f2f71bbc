/** A context to be read and decided about, item by item: in the modal and on its page. */

import { whole } from "../model/format.js";
import { AcceptRest } from "./accept-rest.js";
import { h } from "./dom.js";
import { ReviewItem } from "./review-item.js";

const SECTIONS = Object.freeze([
  ["description", "Context"],
  ["summary", "Summary"],
  ["insight", "Key insights"],
  ["prompt", "Starting prompts"],
]);
const KINDS = new Set(SECTIONS.map(([kind]) => kind));

export class ReviewBoard {
  #store;
  #editable;
  #lists = new Map();
  #items = new Map();
  #rest;
  /** @type {HTMLElement[]} */
  sections;

  /**
   * @param {import("./review-store.js").ReviewStore} store
   * @param {Record<string, any>} body of the context @param {string} heading of the sections: "h2", "h3"
   */
  constructor(store, body, heading) {
    this.#store = store;
    this.#editable = body.version === body.latest;
    this.sections = SECTIONS.map(([kind, title]) => this.#section(kind, title, heading));
    this.#rest = new AcceptRest(this.#editable ? store : null, (left) => ({ text: left === 1 ? "Accept the last one" : `Accept remaining ${whole(left)}` }));
    store.addEventListener("changed", (/** @type {CustomEvent} */ { detail }) => this.#show(detail.items));
    this.#show(body.items);
  }

  /** The button that accepts what is left, and why it failed. */
  get rest() {
    return this.#rest.elements;
  }

  #section(kind, title, heading) {
    const list = h("div", { class: `items items-${kind}` });
    this.#lists.set(kind, list);
    const id = `review-${kind}-${heading}`;
    return h("section", { class: `result-${kind}`, "aria-labelledby": id }, h(heading, { class: "result-title", id, tabindex: -1 }, title), list);
  }

  #show(items) {
    const shown = items.filter(({ kind, text, state }) => KINDS.has(kind) && (text !== "" || state !== "draft"));
    const targets = new Set(shown.map(({ target }) => target));
    for (const [target, known] of this.#items) {
      if (targets.has(target)) continue;
      known.element.remove();
      this.#items.delete(target);
    }
    for (const item of shown) {
      const known = this.#items.get(item.target);
      if (known) known.update(item);
      else this.#add(item);
    }
    for (const [index, [kind]] of SECTIONS.entries()) this.sections[index].hidden = this.#lists.get(kind).children.length === 0;
    this.#rest.show(shown);
  }

  #add(item) {
    const made = new ReviewItem(item, { store: this.#editable ? this.#store : null });
    this.#items.set(item.target, made);
    this.#lists.get(item.kind).append(made.element);
  }
}
