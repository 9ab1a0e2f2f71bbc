/** The modal that shows a finished context, to be read and decided about. */

import { author } from "../model/result.js";
import { find, h, say } from "./dom.js";
import { ReviewBoard } from "./review-board.js";
import { ReviewStore } from "./review-store.js";

let openings = 0; // an answer to an earlier one is not shown over a later one

/**
 * Show a version of a project's context; focus returns to where it was when the modal closes.
 * @param {{id: string, name: string}} project @param {number} version
 */
export async function openReview(project, version, { seconds = "" } = {}) {
  const opened = ++openings;
  const dialog = find("[data-review]");
  const path = `/projects/${encodeURIComponent(project.id)}`;
  say(find("#review-title"), `Review AI context: ${project.name}`);
  say(find("[data-review-facts]"), [`version ${version}`, seconds].filter(Boolean).join(" · "));
  find("[data-review-rest]").replaceChildren();
  find("[data-review-page]").href = `${path}/contexts/${version}`;
  const body = find("[data-review-body]");
  body.replaceChildren(h("p", { class: "muted loading" }, "Loading the context…"));
  if (!dialog.open) dialog.showModal();
  const store = new ReviewStore(path, version);
  try {
    const context = await store.load();
    if (opened !== openings) return;
    const board = new ReviewBoard(store, context, "h3");
    say(find("[data-review-facts]"), [`version ${version}`, author(context), seconds].filter(Boolean).join(" · "));
    body.replaceChildren(contents(board.sections), ...board.sections);
    find("[data-review-rest]").replaceChildren(...board.rest);
    body.scrollTop = 0;
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    if (opened !== openings) return;
    const again = h("button", { type: "button", class: "button", onclick: () => openReview(project, version, { seconds }) }, "Try again");
    body.replaceChildren(h("p", { class: "notice bad", role: "alert" }, problem.words), h("p", {}, again));
  }
}

/** Whether a modal may open by itself now: nothing that the person does is interrupted. */
export function mayInterrupt() {
  const typing = document.activeElement?.matches("input, textarea, select") ?? false;
  const busy = document.querySelector("dialog[open]") !== null;
  return document.visibilityState === "visible" && !typing && !busy;
}

function contents(sections) {
  const jumps = sections.filter(({ hidden }) => !hidden).map((section) => {
    const title = find(".result-title", section);
    const jump = h("button", { type: "button", class: "jump" }, title.textContent);
    jump.addEventListener("click", () => {
      section.scrollIntoView({ block: "start" });
      title.focus({ preventScroll: true });
    });
    return jump;
  });
  return h("nav", { class: "jumps", "aria-label": "Parts of the context" }, jumps);
}
