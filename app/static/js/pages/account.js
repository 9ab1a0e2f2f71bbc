/** The account: who it is, and what this browser remembers. */

import { request, signOut } from "../api.js";
import { moment } from "../model/format.js";
import { find, say } from "../ui/dom.js";
import * as preferences from "../ui/preferences.js";
import * as toasts from "../ui/toasts.js";

export async function run() {
  const form = find("[data-settings]");
  const { theme, debug } = form.elements;
  debug.checked = preferences.wantsDebug();
  form.addEventListener("change", () => {
    preferences.setTheme(theme.value);
    preferences.setDebug(debug.checked);
  });
  // The switch in the header changes it too.
  new MutationObserver(() => {
    theme.value = document.documentElement.dataset.theme ?? "";
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  find("[data-leave]").addEventListener("click", () => {
    signOut().catch((problem) => toasts.fail("You are still signed in", problem));
  });
  try {
    const { body } = await request("GET", "/auth/me");
    say(find("[data-facts]"), `${body.email} · since ${moment(body.createdAt)}`);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    say(find("[data-facts]"), problem.words);
  }
}
