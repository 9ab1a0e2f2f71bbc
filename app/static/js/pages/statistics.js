/** The figures are drawn by the server; what only this browser knows is added here. */

import { request } from "../api.js";
import { count, whole } from "../model/format.js";
import { timeWords, total } from "../model/link-figures.js";
import { find, h, say } from "../ui/dom.js";
import { recall } from "../ui/followed-jobs.js";

const RENEWED = "schemalore:renewed";
const AGAIN_MS = 10_000; // a page that reloads for ever helps nobody

export async function run() {
  showFollowed(recall());
  const place = document.querySelector("[data-renew]");
  if (place !== null) await renew(place);
}

/** How often the live updates broke off, and what came instead of them. */
function showFollowed(jobs) {
  if (jobs.length === 0) return;
  const figures = total(jobs);
  const broken = jobs.filter(({ reconnects }) => reconnects > 0).length;
  find("[data-followed]").replaceChildren(h("section", { class: "panel figures", "aria-labelledby": "followed-title" },
    h("header", { class: "section-head" },
      h("h2", { id: "followed-title" }, "Live updates"),
      h("p", { class: "muted" }, `Of the last ${count(jobs.length, "job")} that this browser watched to the end; kept here only`)),
    h("p", {}, `${count(figures.reconnects, "reconnect")}${broken ? `, in ${whole(broken)} of them` : ""}; ${timeWords(figures)}`)));
}

/** A sign-in that ran out is renewed, and the figures are asked for again. */
async function renew(place) {
  const last = Number(sessionStorage.getItem(RENEWED) ?? 0);
  if (Date.now() - last < AGAIN_MS) {
    say(place, "The server does not take your sign-in. Sign out, and in again.");
    return;
  }
  sessionStorage.setItem(RENEWED, String(Date.now()));
  try {
    await request("GET", "/auth/me");
    location.reload();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(place, problem.words);
  }
}
