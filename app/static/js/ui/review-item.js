/** One text with its state, and what can be decided about it: accept, edit, discard, undo. */

import { beginning, moreEvidence, provenance, reviewed } from "../model/items.js";
import { announce } from "./announcer.js";
import { h, icon, say } from "./dom.js";
import { itemView } from "./item-views.js";
import { stateBadge } from "./state-badge.js";

const DECIDED = Object.freeze({ accepted: "Accepted", edited: "Saved", discarded: "Discarded" });

export class ReviewItem {
  #item;
  #store;
  #error = h("p", { class: "item-error", role: "alert", hidden: true });
  #busy = false;
  /** @type {HTMLElement} */
  element;

  /**
   * @param {import("../model/items.js").Item} item
   * @param {{store: import("./review-store.js").ReviewStore | null, tag?: string}} options no store: to be read only
   */
  constructor(item, { store, tag = "article" }) {
    this.#item = item;
    this.#store = store;
    this.element = h(tag, { class: `item item-${item.kind}`, "data-target": item.target });
    this.#draw();
  }

  /** What is shown. */
  get item() {
    return this.#item;
  }

  /** Show what was decided since; the focus stays on the button that does the same. */
  update(item) {
    const same = ["state", "text", "stale"].every((name) => item[name] === this.#item[name]);
    this.#item = item;
    if (same || this.element.querySelector("textarea")) return;
    const focused = this.element.contains(document.activeElement);
    this.#draw();
    if (focused) this.#focus("[data-act]");
  }

  /** Like `update`, from the decisions that count. */
  updateFrom(reviews) {
    this.update(reviewed(this.#item, reviews));
  }

  #draw() {
    const { state, stale, text, written, target } = this.#item;
    this.element.dataset.state = state;
    const gone = h("p", { class: "item-gone" }, h("span", { class: "unseen" }, "Discarded: "), h("s", {}, beginning(written ?? target, 160)));
    const from = provenance(this.#item);
    this.element.replaceChildren(
      state === "discarded" ? gone : itemView(this.#item),
      h("div", { class: "item-foot" },
        h("div", { class: "item-state" }, stateBadge(this.#item), stale ? h("span", { class: "badge hard" }, icon("alert"), "Schema changed since") : null,
          from && text ? evidence(from, moreEvidence(this.#item)) : null),
        this.#store === null ? null : h("div", { class: "item-actions" }, this.#actions())),
      this.#error);
  }

  #actions() {
    const { state, stale, text } = this.#item;
    const actions = [];
    if (text !== "" && (state === "draft" || stale)) actions.push(this.#action("Accept", "done", () => this.#decide({ state: "accepted" })));
    if (state !== "draft") actions.push(this.#action("Undo", null, () => this.#undo()));
    if (state !== "discarded") {
      actions.push(this.#action("Edit", null, () => this.#edit()));
      actions.push(this.#action("Discard", null, () => this.#decide({ state: "discarded" })));
    }
    return actions;
  }

  #action(word, iconName, act) {
    const { text, written, target } = this.#item;
    const about = beginning(text || written || target);
    const properties = { type: "button", class: `button small${word === "Accept" ? "" : " quiet"}`, "data-act": word.toLowerCase(), "aria-label": `${word}: ${about}`, onclick: act };
    return h("button", properties, iconName ? icon(iconName) : null, word);
  }

  #edit() {
    const { text, kind } = this.#item;
    const area = h("textarea", { class: "item-area", rows: Math.min(16, 2 + Math.ceil(text.length / 90)), "aria-label": kind === "prompt" ? "Question" : "Text", maxlength: 20000 });
    area.value = text;
    const close = () => {
      this.#draw();
      this.#focus('[data-act="edit"]');
    };
    const save = async () => {
      const words = area.value.trim();
      if (words === "") this.#fail({ message: "The text is empty.", remedy: "Discard it instead." });
      else if (words === text || (await this.#decide({ state: "edited", text: words }))) close();
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault(); // or the dialog around it would close
        close();
      } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
    });
    const foot = h("div", { class: "item-actions" },
      h("button", { type: "button", class: "button small primary", onclick: save }, "Save"),
      h("button", { type: "button", class: "button small quiet", onclick: close }, "Cancel"));
    this.#error.hidden = true;
    this.element.replaceChildren(area, foot, this.#error);
    area.focus();
  }

  /** A text that may only be read has no such button. */
  #focus(selector) {
    /** @type {HTMLElement | null} */ (this.element.querySelector(selector))?.focus();
  }

  #decide(decision) {
    return this.#save(DECIDED[decision.state], () => this.#store.decide([{ target: this.#item.target, ...decision }]));
  }

  #undo() {
    return this.#save("Undone", () => this.#store.undo(this.#item.target));
  }

  /** Whether it was saved; the store's listeners draw what came of it. */
  async #save(word, run) {
    if (this.#busy) return false;
    this.#busy = true;
    this.element.setAttribute("aria-busy", "true");
    this.#error.hidden = true;
    try {
      await run();
      announce(word);
      return true;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      this.#fail(problem);
      return false;
    } finally {
      this.#busy = false;
      this.element.removeAttribute("aria-busy");
    }
  }

  #fail({ message, remedy = "" }) {
    say(this.#error, `Not saved. ${[message, remedy].filter(Boolean).join(" ")}`);
    this.#error.hidden = false;
  }
}

function evidence(words, more) {
  if (more.length === 0) return h("span", { class: "evidence" }, words);
  return h("details", { class: "evidence more" }, h("summary", {}, words), h("p", {}, more.join(", ")));
}
