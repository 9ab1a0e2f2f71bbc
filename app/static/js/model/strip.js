/** How far the tables are described: one cell per table, or per group of tables in large schemas. Pure. */

const MOST_CELLS = 200;
const DESCRIBED = 70; // the progress by which every table is

/**
 * @param {object} state of the reducer
 * @returns {{total: number, done: number, kept: number, cells: number, full: number, working: boolean} | null}
 *   `full` of the `cells` are done; null while the number of tables is not known
 */
export function strip({ stats, progress, status }) {
  const total = stats.tables;
  if (!Number.isInteger(total) || total < 1) return null;
  const described = Number.isInteger(stats.tablesDescribed) ? stats.tablesDescribed : 0;
  const done = progress >= DESCRIBED ? total : Math.min(described, total);
  const cells = Math.min(total, MOST_CELLS);
  const full = Math.floor((done * cells) / total);
  const working = status === "running" && progress >= 50 && done < total;
  return { total, done, kept: stats.keptTables ?? 0, cells, full, working };
}
