/** Copies text; on plain http, where there is no clipboard API, by selecting it. */

/** @param {HTMLElement} element whose text is copied; resolves to whether it was */
export async function copyText(element) {
  if (await copyByApi(element.textContent)) return true;
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy"); // when this fails too, the text is at least selected
}

/** Copy words that stand nowhere on the page; resolves to whether they were. */
export async function copyWords(text) {
  if (await copyByApi(text)) return true;
  const place = document.createElement("pre");
  place.className = "unseen";
  place.textContent = text;
  document.body.append(place);
  const copied = await copyText(place);
  place.remove();
  return copied;
}

async function copyByApi(text) {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false; // refused
  }
}
