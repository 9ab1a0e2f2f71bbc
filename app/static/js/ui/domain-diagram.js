/** The tables of a domain and how they join, drawn as SVG; each table leads to its page. */

import { count } from "../model/format.js";
import { layout } from "../model/diagram.js";
import { h, icon } from "./dom.js";
import { tableAddress } from "./table-detail.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {{name: string, tables: string[]}} domain @param {import("../model/diagram.js").Join[]} joins of the schema
 * @param {{path: string, width: number}} place the project's path, and how wide the drawing may be
 */
export function domainDiagram({ name, tables }, joins, { path, width }) {
  const drawn = layout(tables, joins, width);
  const inside = new Set(tables);
  const own = joins.filter(({ table, target }) => inside.has(table) && inside.has(target));
  const title = `${name}: ${count(tables.length, "table")}, ${count(own.length, "join")} among them`;
  const edges = svg("g", { "aria-hidden": "true" }, drawn.edges.map((edge) =>
    svg("path", { class: `edge${edge.declared ? "" : " implied"}`, d: edge.path, "data-from": edge.from, "data-to": edge.to })));
  const nodes = drawn.nodes.map((node) => drawNode(node, own, path));
  const picture = svg("svg", { class: "diagram", viewBox: `0 0 ${drawn.width} ${drawn.height}`, width: drawn.width, height: drawn.height, role: "group", "aria-label": title }, [edges, ...nodes]);
  return h("figure", { class: "diagram-figure" }, h("div", { class: "diagram-scroll" }, picture), h("figcaption", {}, caption(own)), joinList(own, path));
}

function drawNode({ id, label, x, y, width, height }, joins, path) {
  const to = joins.filter(({ table }) => table === id).map(({ target }) => target);
  const by = joins.filter(({ target }) => target === id).map(({ table }) => table);
  const words = [label === id ? id : `${label}, in full ${id}`, to.length ? `refers to ${to.join(", ")}` : "", by.length ? `is referred to by ${by.join(", ")}` : ""].filter(Boolean).join("; ");
  const link = svg("a", { href: tableAddress(path, id), class: "node", "aria-label": words }, [
    svg("title", {}, [words]),
    svg("rect", { x, y, width, height, rx: 8 }),
    svg("text", { x: x + width / 2, y: y + height / 2, "text-anchor": "middle", "dominant-baseline": "central" }, [label]),
  ]);
  const light = (on) => {
    for (const edge of link.ownerSVGElement.querySelectorAll(".edge")) {
      edge.classList.toggle("lit", on && (edge.dataset.from === id || edge.dataset.to === id));
    }
  };
  for (const name of ["focus", "pointerenter"]) link.addEventListener(name, () => light(true));
  for (const name of ["blur", "pointerleave"]) link.addEventListener(name, () => light(false));
  return link;
}

function caption(own) {
  const implied = own.some(({ declared }) => !declared);
  return `Lines go from a table up to the one that it refers to${implied ? "; dashed ones are implied by names, not declared" : ""}.`;
}

/** The same in words, for those who would rather read it. */
function joinList(own, path) {
  if (own.length === 0) return null;
  const items = own.map(({ table, target, columns, targetColumns }) => h("li", {},
    h("a", { href: tableAddress(path, table) }, table), ` (${columns.join(", ")}) → `, h("a", { href: tableAddress(path, target) }, target), ` (${targetColumns.join(", ")})`));
  return h("details", { class: "fold" }, h("summary", {}, icon("caret"), count(own.length, "join"), " as a list"), h("ul", { class: "join-list" }, items));
}

function svg(tag, attributes, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
