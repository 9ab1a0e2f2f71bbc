/** The versions of a context, and how this one differs from another. */

import { request } from "../api.js";
import { moment } from "../model/format.js";
import { author } from "../model/result.js";
import { comparisonView } from "./comparison.js";
import { h } from "./dom.js";

/** @param {string} path the project's @param {number} shown the version of this page */
export async function versionsPanel(path, shown) {
  const { body } = await request("GET", `${path}/context/versions`);
  const others = body.items.filter(({ version }) => version !== shown);
  const place = h("div", { class: "comparison", role: "group", "aria-label": "Differences" });
  const rows = body.items.map((version) => h("li", { class: "version" },
    version.version === shown
      ? h("strong", { "aria-current": "page" }, `Version ${version.version}`)
      : h("a", { href: `${path}/contexts/${version.version}` }, `Version ${version.version}`),
    h("span", { class: "muted" }, [moment(version.createdAt), author(version)].filter(Boolean).join(" · "))));
  const panel = h("section", { class: "panel", id: "versions", "aria-labelledby": "versions-title" },
    h("h2", { id: "versions-title", class: "panel-title" }, "Versions"),
    h("ol", { class: "versions" }, rows));
  if (others.length) panel.append(chooser(path, shown, others, place), place);
  return panel;
}

function chooser(path, shown, others, place) {
  const select = h("select", {}, h("option", { value: "" }, "Nothing"),
    others.map(({ version, createdAt }) => h("option", { value: version }, `Version ${version}, ${moment(createdAt)}`)));
  const compare = async () => {
    const other = select.value;
    if (!other) {
      place.replaceChildren();
      return;
    }
    place.replaceChildren(h("p", { class: "muted loading" }, "Comparing…"));
    const [before, after] = [Number(other), shown].sort((one, two) => one - two);
    try {
      const { body } = await request("GET", `${path}/context/versions/${before}/compare/${after}`);
      if (select.value === other) place.replaceChildren(...comparisonView(body));
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      place.replaceChildren(h("p", { class: "notice bad", role: "alert" }, problem.words));
    }
  };
  select.addEventListener("change", () => {
    history.replaceState(null, "", select.value ? `?against=${select.value}` : location.pathname);
    compare();
  });
  const asked = new URLSearchParams(location.search).get("against");
  if (others.some(({ version }) => String(version) === asked)) {
    select.value = asked;
    compare();
  }
  return h("label", { class: "field compare" }, h("span", {}, "Compare with"), select);
}
