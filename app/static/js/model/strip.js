/** How far the tables are described: one cell per table, or per group of tables in large schemas. Pure. */

const MOST_CELLS = 200;
const DESCRIBED = 70; // the progress by which every table is
const UNFINISHED = Object.freeze({ running: "working", failed: "failed" });

/**
 * @param {object} state of the reducer
 * @returns {{total: number, done: number, fallback: number, kept: number, cells: string[]} | null}
 *   `fallback` of the `done` are described from facts, since the model gave nothing usable; each of
 *   the `cells` is done, fallback, working, failed or waiting; null while the number of tables is not known
 */
export function strip({ stats, progress, status }) {
  const total = stats.tables;
  if (!Number.isInteger(total) || total < 1) return null;
  const done = progress >= DESCRIBED ? total : Math.min(number(stats.tablesDescribed), total);
  const fallback = Math.min(number(stats.fallbackTables), done);
  const begun = progress >= 50 && done < total;
  const next = begun ? (UNFINISHED[status] ?? "waiting") : "waiting";
  return { total, done, fallback, kept: number(stats.keptTables), cells: cells({ total, done, fallback, next }) };
}

/** What is known is how many, not which: the cells stand in the order of their states. */
function cells({ total, done, fallback, next }) {
  const places = Math.min(total, MOST_CELLS);
  const full = Math.floor((done * places) / total);
  // A few among thousands still get a cell.
  const doubtful = fallback === 0 ? 0 : Math.min(full, Math.max(1, Math.round((fallback * places) / total)));
  return Array.from({ length: places }, (_, index) => {
    if (index < full - doubtful) return "done";
    if (index < full) return "fallback";
    return index === full ? next : "waiting";
  });
}

function number(value) {
  return Number.isInteger(value) ? value : 0;
}
