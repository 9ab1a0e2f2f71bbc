/** Places the tables of a domain in rows: what others refer to stands above what refers to it. */

const HEIGHT = 44;
const GAP = 52; // between rows
const MARGIN = 14;
const WIDE = Object.freeze({ width: 172, gap: 28, characters: 20 });
const NARROW = Object.freeze({ width: 136, gap: 24, characters: 15 }); // two beside each other on a telephone
const NARROW_BELOW = 480;
const SHIFTS = Object.freeze([0, 4, -4, 8, -8]); // of lines that would lie on each other

/**
 * @typedef {{table: string, target: string, columns: string[], targetColumns: string[], declared: boolean}} Join
 * @typedef {{id: string, label: string, x: number, y: number, width: number, height: number}} Node left and upper edge
 * @typedef {{from: string, to: string, declared: boolean, path: string}} Edge `path` as in SVG
 */

/**
 * The same tables, joins and width always give the same picture.
 * @param {string[]} tables @param {Join[]} joins @param {number} width that there is
 * @returns {{width: number, height: number, nodes: Node[], edges: Edge[]}}
 */
export function layout(tables, joins, width) {
  const size = width < NARROW_BELOW ? NARROW : WIDE;
  const inside = new Set(tables);
  const own = joins.filter(({ table, target }) => inside.has(table) && inside.has(target) && table !== target);
  const room = Math.max(1, Math.floor((width - 2 * MARGIN + size.gap) / (size.width + size.gap)));
  const rows = wrapped(ranked(tables, own), room);
  order(rows, own);
  const across = Math.max(1, ...rows.map((row) => row.length));
  const nodes = rows.flatMap((row, index) => placed(row, index, across, size));
  const places = new Map(nodes.map((node) => [node.id, node]));
  return {
    width: across * (size.width + size.gap) - size.gap + 2 * MARGIN,
    height: rows.length * (HEIGHT + GAP) - GAP + 2 * MARGIN,
    nodes,
    edges: unique(own).map(({ table, target, declared }, index) =>
      ({ from: table, to: target, declared, path: line(places.get(table), places.get(target), { ...size, shift: SHIFTS[index % SHIFTS.length] }) })),
  };
}

/** Rank of each table: one more than the highest of those it refers to; circles are cut where they close. */
function ranked(tables, joins) {
  const targets = new Map(tables.map((id) => [id, []]));
  for (const { table, target } of joins) targets.get(table).push(target);
  const ranks = new Map();
  const visit = (id, path) => {
    if (ranks.has(id)) return ranks.get(id);
    if (path.has(id)) return -1;
    path.add(id);
    const rank = 1 + Math.max(-1, ...targets.get(id).map((target) => visit(target, path)));
    path.delete(id);
    ranks.set(id, rank);
    return rank;
  };
  const rows = [];
  for (const id of [...tables].sort()) {
    const rank = visit(id, new Set());
    (rows[rank] ??= []).push(id);
  }
  return rows.filter(Boolean);
}

function wrapped(rows, room) {
  return rows.flatMap((row) => Array.from({ length: Math.ceil(row.length / room) }, (_, index) => row.slice(index * room, (index + 1) * room)));
}

/** Each row in the order of the middles of what its tables join above: fewer lines cross. */
function order(rows, joins) {
  const place = new Map();
  for (const row of rows) {
    const middle = (id) => {
      const above = joins.filter(({ table, target }) => table === id && place.has(target)).map(({ target }) => place.get(target));
      return above.length ? above.reduce((sum, at) => sum + at, 0) / above.length : 0.5;
    };
    const middles = new Map(row.map((id) => [id, middle(id)]));
    row.sort((one, two) => middles.get(one) - middles.get(two) || (one < two ? -1 : 1));
    row.forEach((id, index) => place.set(id, (index + 1) / (row.length + 1)));
  }
}

/** All rows share their columns, so that lines find gaps that go through all rows. */
function placed(row, index, across, { width, gap, characters }) {
  const first = Math.floor((across - row.length) / 2);
  return row.map((id, place) => ({
    id,
    label: shortened(id, characters),
    x: MARGIN + (first + place) * (width + gap),
    y: MARGIN + index * (HEIGHT + GAP),
    width,
    height: HEIGHT,
  }));
}

function unique(joins) {
  const seen = new Map();
  for (const join of joins) {
    const key = `${join.table}\n${join.target}`;
    if (!seen.get(key)?.declared) seen.set(key, join);
  }
  return [...seen.values()];
}

/** From the upper edge of what refers to the lower edge of its target; beside each other: an arc above. */
function line(from, to, { width, gap, shift }) {
  const [x1, x2] = [from.x + width / 2 + shift, to.x + width / 2 + shift];
  if (from.y === to.y) return `M${x1} ${from.y} C${x1} ${from.y - GAP * 0.7} ${x2} ${to.y - GAP * 0.7} ${x2} ${to.y}`;
  const up = from.y > to.y ? -1 : 1;
  const y1 = up < 0 ? from.y : from.y + HEIGHT;
  const y2 = up < 0 ? to.y + HEIGHT : to.y;
  if (Math.abs(y1 - y2) <= GAP) return `M${x1} ${y1} C${x1} ${y1 + up * GAP * 0.6} ${x2} ${y2 - up * GAP * 0.6} ${x2} ${y2}`;
  // Past the rows between: through the gap beside the target.
  const side = x1 < x2 ? to.x - gap / 2 : to.x + width + gap / 2;
  const way = side + shift / 2;
  return `M${x1} ${y1} C${x1} ${y1 + up * GAP * 0.6} ${way} ${y1 + up * GAP * 0.4} ${way} ${y1 + up * GAP}`
    + ` L${way} ${y2 - up * GAP} C${way} ${y2 - up * GAP * 0.4} ${x2} ${y2 - up * GAP * 0.6} ${x2} ${y2}`;
}

/** The end of a long name tells tables apart more often than its middle does. */
function shortened(id, most) {
  const characters = [...id];
  if (characters.length <= most) return id;
  const half = Math.floor((most - 1) / 2);
  return `${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}`;
}
