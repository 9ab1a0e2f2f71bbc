/** Real against simulated seconds per step: a drawing, and the table that says the same. */

import { duration } from "../model/format.js";
import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const BAR = 10;
const ROW = 34;
const LEFT = 96;

/** @param {ReturnType<typeof import("../model/dummy.js").comparison>} steps */
export function timesChart(steps) {
  if (steps.length === 0) return [h("p", { class: "muted" }, "No step is done yet.")];
  return [h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Step times" }, drawing(steps), table(steps))];
}

function drawing(steps) {
  const longest = Math.max(...steps.flatMap(({ real, dummy }) => [real, dummy]));
  const length = (seconds) => Math.max(1, Math.round((seconds / longest) * (WIDTH - LEFT - 8)));
  const rows = steps.flatMap(({ name, real, dummy }, index) => {
    const y = index * ROW;
    return [
      draw("text", { x: 0, y: y + 17, class: "chart-name" }, name),
      draw("rect", { x: LEFT, y: y + 3, width: length(real), height: BAR, rx: 3, class: "chart-real" }),
      draw("rect", { x: LEFT, y: y + 5 + BAR, width: length(dummy), height: BAR, rx: 3, class: "chart-dummy" }),
    ];
  });
  return draw("svg", { viewBox: `0 0 ${WIDTH} ${steps.length * ROW}`, class: "chart", "aria-hidden": "true" }, ...rows);
}

function table(steps) {
  const seconds = (value) => duration(value * 1000);
  const head = ["Step", "Real", "Simulated", "Difference", "Ratio"].map((name) => h("th", { scope: "col" }, name));
  const rows = steps.map(({ name, real, dummy, difference, ratio }) => h("tr", {},
    h("th", { scope: "row" }, name),
    h("td", { class: "chart-real-text" }, seconds(real)),
    h("td", { class: "chart-dummy-text" }, seconds(dummy)),
    h("td", {}, `${difference < 0 ? "−" : "+"}${seconds(Math.abs(difference))}`),
    h("td", {}, `${ratio < 10 ? ratio.toPrecision(2) : Math.round(ratio)} ×`)));
  return h("table", { class: "debug-steps" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
