/** The modal that shows a finished context. */

import { author } from "../model/result.js";
import { find, h, say } from "./dom.js";
import { resultSections } from "./result-view.js";

/** Show the result; focus returns to where it was when the modal closes. */
export function openReview(result, { name, seconds = "" }) {
  const dialog = find("[data-review]");
  say(find("#review-title"), `Context: ${name}`);
  const version = result.version === null ? "" : `version ${result.version}`;
  say(find("[data-review-facts]"), [version, author(result), seconds].filter(Boolean).join(" · "));
  const body = find("[data-review-body]");
  const sections = resultSections(result, "h3");
  body.replaceChildren(contents(sections), ...sections);
  if (!dialog.open) dialog.showModal();
  body.scrollTop = 0;
}

/** Whether a modal may open by itself now: nothing that the person does is interrupted. */
export function mayInterrupt() {
  const typing = document.activeElement?.matches("input, textarea, select") ?? false;
  const busy = document.querySelector("dialog[open]") !== null;
  return document.visibilityState === "visible" && !typing && !busy;
}

function contents(sections) {
  const jumps = sections.map((section) => {
    const title = find(".result-title", section);
    title.tabIndex = -1;
    const jump = h("button", { type: "button", class: "jump" }, title.textContent);
    jump.addEventListener("click", () => {
      section.scrollIntoView({ block: "start" });
      title.focus({ preventScroll: true });
    });
    return jump;
  });
  return h("nav", { class: "jumps", "aria-label": "Parts of the context" }, jumps);
}
