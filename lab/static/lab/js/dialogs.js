// Dialogs open from [data-dialog="id"], or once htmx has filled one marked [data-open-on-swap].
function open(dialog) {
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialog));
    return;
  }
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  const onBackdrop = event.target === dialog;
  if (onBackdrop || event.target.closest("[data-close]")) dialog.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog[data-open-on-swap]");
  if (!dialog) return;
  open(dialog);
  const first = dialog.querySelector("[data-first-error], [autofocus]");
  first?.focus();
});
