/** The texts of a context as one decides about them. */

/**
 * @typedef {{target: string, kind: string, state: string, stale: boolean, text: string, written: string | null,
 *   source: string, confidence: string | null, evidence: string[], tables: string[], sql: string | null,
 *   difficulty: string | null, check: string | null}} Item as `items` of `GET /projects/{id}/context`
 */

const SOURCES = Object.freeze({
  comment: "the database's own comment",
  model: "written by the model",
  template: "derived from the schema",
});

/** The state in a word, with the badge's look and icon. @param {Pick<Item, "state" | "source">} item */
export function badge({ state, source }) {
  if (state === "accepted") return { word: "Accepted", look: "good", icon: "done" };
  if (state === "edited") return { word: "Edited", look: "active", icon: "generating" };
  if (state === "discarded") return { word: "Discarded", look: "", icon: "close" };
  return { word: source === "model" ? "AI draft" : "Draft", look: "", icon: null };
}

const FACTS_AT_ONCE = 7;

/** Where a text is from and how far to trust it; of many facts the first. @param {Item} item */
export function provenance({ state, source, confidence, evidence }) {
  if (state === "discarded") return "";
  if (state === "edited") return "Written by a person";
  const many = evidence.length > FACTS_AT_ONCE;
  const named = many ? [...evidence.slice(0, FACTS_AT_ONCE - 2), `${evidence.length - FACTS_AT_ONCE + 2} more`] : evidence;
  const facts = evidence.length ? `from ${named.join(", ")}` : "";
  const trust = confidence ? `${confidence} confidence` : "";
  const words = [SOURCES[source] ?? source, facts, trust].filter(Boolean).join(" · ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The facts that `provenance` did not name. @param {Item} item */
export function moreEvidence({ state, evidence }) {
  const named = state === "draft" || state === "accepted";
  return named && evidence.length > FACTS_AT_ONCE ? evidence.slice(FACTS_AT_ONCE - 2) : [];
}

/** The items that nobody has decided about. @param {Item[]} items */
export function undecided(items) {
  return items.filter(({ state, text }) => state === "draft" && text !== "");
}

/**
 * The item under what was decided since, by target.
 * @param {Item} item @param {Map<string, {state: string, text: string | null, stale: boolean}>} reviews
 */
export function reviewed(item, reviews) {
  const review = reviews.get(item.target);
  const written = item.written ?? item.text;
  if (review === undefined) return { ...item, state: "draft", text: written };
  const text = review.state === "discarded" ? "" : (review.text ?? written);
  return { ...item, state: review.state, text, stale: review.stale };
}

/** Beginning of a text, to tell buttons apart by. */
export function beginning(text, most = 60) {
  return text.length <= most ? text : `${text.slice(0, most).trimEnd()}…`;
}
