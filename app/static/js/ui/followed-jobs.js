/** How well the news of the last jobs reached this browser: kept here, and told to nobody. */

import { linkFigures } from "../model/link-figures.js";

const KEY = "schemalore:followed";
const KEPT = 100;

/** Remember how a job was followed to its end; nothing of one that had ended before. */
export function remember(jobId, links) {
  const figures = linkFigures(links, Date.now());
  if (figures.liveMs + figures.pollingMs + figures.lostMs === 0) return;
  const others = recall().filter((each) => each.jobId !== jobId); // another tab followed it too
  localStorage.setItem(KEY, JSON.stringify([...others, { jobId, ...figures }].slice(-KEPT)));
}

/** @returns {(import("../model/link-figures.js").LinkFigures & {jobId: string})[]} oldest first */
export function recall() {
  return JSON.parse(localStorage.getItem(KEY) ?? "[]");
}
