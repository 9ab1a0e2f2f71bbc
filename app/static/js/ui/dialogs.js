/** What every <dialog> of the page does. */

/** Let the dialog's [data-close] buttons and its backdrop close it. */
export function closable(dialog) {
  dialog.addEventListener("click", (event) => {
    const onBackdrop = event.target === dialog;
    if (onBackdrop || event.target.closest("[data-close]")) dialog.close();
  });
}
