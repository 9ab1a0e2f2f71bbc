/** Starts the page: what all pages share, then the one that this is. */

import { maybeSignedIn, request, signOut, toSignIn } from "./api.js";
import { find, say } from "./ui/dom.js";
import { isDark, setTheme } from "./ui/preferences.js";
import * as toasts from "./ui/toasts.js";

/** Loaded when they are needed: nobody waits for the code of another page. */
const PAGES = Object.freeze({
  account: () => import("./pages/account.js"),
  context: () => import("./pages/context.js"),
  job: () => import("./pages/job.js"),
  jobs: () => import("./pages/jobs.js"),
  login: () => import("./pages/login.js"),
  project: () => import("./pages/project.js"),
  projects: () => import("./pages/projects.js"),
  statistics: () => import("./pages/statistics.js"),
  table: () => import("./pages/table.js"),
});

async function showAccount() {
  const { body } = await request("GET", "/auth/me");
  say(find("[data-account]"), body.email);
}

function shareHeader() {
  find("[data-theme-switch]").addEventListener("click", () => setTheme(isDark() ? "light" : "dark"));
  find("[data-sign-out]").addEventListener("click", () => {
    signOut().catch((problem) => toasts.fail("You are still signed in", problem));
  });
  // The page itself says what it could not load; the header only lacks a name then.
  showAccount().catch((problem) => {
    if (problem.status === undefined) throw problem;
  });
}

async function start(name) {
  if (name !== "login") {
    if (!maybeSignedIn()) {
      toSignIn();
      return;
    }
    shareHeader();
  }
  const page = await PAGES[name]();
  page.run();
}

start(document.body.dataset.page);
