/** One small cell per table: how many are described. Decoration; the text beside it says the same. */

import { strip } from "../model/strip.js";
import { described } from "./card-words.js";
import { h, say } from "./dom.js";

export class TableStrip {
  #cells = h("div", { class: "strip-cells", "aria-hidden": "true" });
  #text = h("p", { class: "strip-text" });

  constructor() {
    this.element = h("div", { class: "strip", hidden: true }, this.#cells, this.#text);
  }

  /** Draw the state of a job. */
  show(state) {
    const found = strip(state);
    this.element.hidden = found === null;
    if (found === null) return;
    say(this.#text, described(found));
    while (this.#cells.children.length > found.cells.length) this.#cells.lastChild.remove();
    while (this.#cells.children.length < found.cells.length) this.#cells.append(h("i", {}));
    found.cells.forEach((kind, index) => {
      const cell = this.#cells.children[index];
      if (cell.dataset.state !== kind) cell.dataset.state = kind;
    });
  }
}
