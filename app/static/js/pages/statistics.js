/** The figures are drawn by the server; a sign-in that ran out is renewed here, and they are asked for again. */

import { request } from "../api.js";
import { find, say } from "../ui/dom.js";

const RENEWED = "schemalore:renewed";
const AGAIN_MS = 10_000; // a page that reloads for ever helps nobody

export async function run() {
  const place = document.querySelector("[data-renew]");
  if (place === null) return;
  const last = Number(sessionStorage.getItem(RENEWED) ?? 0);
  if (Date.now() - last < AGAIN_MS) {
    say(find("[data-renew]"), "The server does not take your sign-in. Sign out, and in again.");
    return;
  }
  sessionStorage.setItem(RENEWED, String(Date.now()));
  try {
    await request("GET", "/auth/me");
    location.reload();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(place, [problem.message, problem.remedy].filter(Boolean).join(" "));
  }
}
