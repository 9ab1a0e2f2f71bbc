/** Copies text; on plain http, where there is no clipboard API, by selecting it. */

/** @param {HTMLElement} element whose text is copied; resolves to whether it was */
export async function copyText(element) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // refused: select it instead
    }
  }
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy"); // when this fails too, the text is at least selected
}
