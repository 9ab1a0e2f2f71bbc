/** Numbers and times as people read them. */

const WHOLE = new Intl.NumberFormat("en");

/** 1234 -> "1,234" */
export function whole(number) {
  return WHOLE.format(number);
}

/** count(1, "table") -> "1 table" */
export function count(number, noun) {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Bytes as "512 B", "1.2 MB" or "4.7 GB". */
export function size(bytes) {
  const power = Math.min(4, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

/** Milliseconds as "38 ms", "0.4 s", "12 s", "3 min 12 s" or "1 h 20 min". */
export function duration(milliseconds) {
  if (milliseconds < 95) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return rounded % 60 ? `${minutes} min ${rounded % 60} s` : `${minutes} min`;
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${Math.floor(minutes / 60)} h`;
}

/** A running clock: whole seconds, so that it does not flicker. */
export function elapsed(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
}

/** A range of seconds: "40–90 s", "2–4 min", "5 min". */
export function span(low, high) {
  const unit = high < 100 ? "s" : "min";
  const inUnit = (seconds) => (unit === "s" ? Math.round(seconds) : Math.round(seconds / 60));
  const from = Math.max(1, inUnit(low));
  const to = Math.max(from, inUnit(high));
  return from === to ? `${to} ${unit}` : `${from}–${to} ${unit}`;
}

/** The time of day in the reader's own zone, e.g. "14:02". */
export function clockTime(iso) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** A stat's name: "foreignKeys" -> "foreign keys" */
export function label(key) {
  return key.replace(/_/g, " ").replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

/** The same for so many: noun("foreignKeys", 1) -> "foreign key" */
export function noun(key, number) {
  return number === 1 ? label(key).replace(/s$/, "") : label(key);
}

/** A moment in the reader's own zone, e.g. "12 Mar 2027, 14:02". */
export function moment(iso) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(iso));
}
