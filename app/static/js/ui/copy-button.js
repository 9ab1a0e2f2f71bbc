/** A button that copies the text of an element, and says whether it did. */

import { copyText } from "./clipboard.js";
import { h, icon, say } from "./dom.js";

const SAID_MS = 2000;

/** @param {string} label what is copied, for those who do not see where the button stands */
export function copyButton(element, label) {
  const word = h("span", {}, "Copy");
  const button = h("button", { type: "button", class: "button small", "aria-label": label }, icon("copy"), word);
  button.addEventListener("click", async () => {
    say(word, (await copyText(element)) ? "Copied" : "Selected");
    setTimeout(() => say(word, "Copy"), SAID_MS);
  });
  return button;
}
