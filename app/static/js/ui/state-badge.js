/** What people decided about a text, as a badge. */

import { badge } from "../model/items.js";
import { h, icon } from "./dom.js";

/** @param {{state: string, source: string}} item */
export function stateBadge(item) {
  const { word, look, icon: name } = badge(item);
  return h("span", { class: `badge ${look}`.trim() }, name ? icon(name) : null, word);
}
