/** What this browser remembers of its person's taste. */

const YEAR_SECONDS = 365 * 24 * 3600;
const DEBUG = "schemalore:debug";

/** Show "light", "dark" or, with "", what the system has; the cookie lets the next page begin so. */
export function setTheme(theme) {
  const root = document.documentElement;
  if (theme === "") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const age = theme === "" ? 0 : YEAR_SECONDS;
  document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
}

/** Whether the page is dark now, by choice or by the system. */
export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Whether the debug panel is always to be shown. */
export function wantsDebug() {
  return localStorage.getItem(DEBUG) === "1";
}

export function setDebug(wanted) {
  if (wanted) localStorage.setItem(DEBUG, "1");
  else localStorage.removeItem(DEBUG);
}
