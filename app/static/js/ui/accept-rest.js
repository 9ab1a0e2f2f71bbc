/** The button that accepts at once what nobody has decided about, and what came of it. */

import { undecided } from "../model/items.js";
import { announce } from "./announcer.js";
import { h, icon, say } from "./dom.js";

const AT_ONCE = 1000; // decisions that the server takes in one request

export class AcceptRest {
  #store;
  #words;
  #left = [];
  #button;
  #done = h("p", { class: "accepted", tabindex: -1, hidden: true }, icon("done"), "All is decided");
  #error = h("p", { class: "item-error", role: "alert", hidden: true });

  /**
   * @param {import("./review-store.js").ReviewStore | null} store null: to be read only
   * @param {(left: number) => {text: string, label?: string}} words of the button
   * @param {string} look of the button
   */
  constructor(store, words, look = "button") {
    this.#store = store;
    this.#words = words;
    this.#button = h("button", { type: "button", class: look, hidden: true, onclick: () => this.#accept() });
  }

  /** To be put where the texts end. */
  get elements() {
    return [this.#button, this.#done, this.#error];
  }

  /** @param {import("../model/items.js").Item[]} items as they are now */
  show(items) {
    this.#left = undecided(items);
    const { text, label = text } = this.#words(this.#left.length);
    this.#button.replaceChildren(icon("done"), text);
    this.#button.setAttribute("aria-label", label);
    this.#button.hidden = this.#store === null || this.#left.length === 0;
    if (this.#left.length > 0) this.#done.hidden = true;
  }

  async #accept() {
    const edits = this.#left.map(({ target }) => ({ target, state: "accepted" }));
    const focused = document.activeElement === this.#button;
    this.#error.hidden = true;
    this.#button.setAttribute("aria-disabled", "true");
    try {
      for (let first = 0; first < edits.length; first += AT_ONCE) await this.#store.decide(edits.slice(first, first + AT_ONCE));
      announce(`${edits.length} accepted`);
      this.#done.hidden = !this.#button.hidden;
      if (focused && this.#button.hidden) this.#done.focus(); // a focus on what disappears would be lost
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      say(this.#error, `Not saved. ${problem.words}`);
      this.#error.hidden = false;
    } finally {
      this.#button.removeAttribute("aria-disabled");
    }
  }
}
