/** What changed between two texts, word by word. */

const MOST_CELLS = 400_000; // beyond, whole texts are set against each other

/** @typedef {{kind: "same" | "gone" | "new", text: string}} Part */

/**
 * @param {string} before @param {string} after
 * @returns {Part[]} that joined without "new" make `before`
 */
export function wordDiff(before, after) {
  const [old, now] = [before, after].map((text) => text.match(/\s+|[^\s]+/g) ?? []);
  /** @type {Part[]} */
  const whole = [{ kind: "gone", text: before }, { kind: "new", text: after }];
  if (old.length * now.length > MOST_CELLS) return whole.filter(({ text }) => text);
  return joined(walk(old, now, lengths(old, now)));
}

/** Length of the longest common subsequence of what follows each pair of places. */
function lengths(old, now) {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      table[i][j] = old[i] === now[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

function* walk(old, now, table) {
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      yield { kind: "same", text: old[i] };
      i += 1;
      j += 1;
    } else if (j === now.length || (i < old.length && table[i + 1][j] >= table[i][j + 1])) {
      yield { kind: "gone", text: old[i] };
      i += 1;
    } else {
      yield { kind: "new", text: now[j] };
      j += 1;
    }
  }
}

function joined(parts) {
  const found = [];
  for (const { kind, text } of parts) {
    if (found.at(-1)?.kind === kind) found.at(-1).text += text;
    else found.push({ kind, text });
  }
  return found;
}
