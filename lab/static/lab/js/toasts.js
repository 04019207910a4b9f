// A toast stays ten seconds, longer while somebody points at it or has the focus in it.
const STAYS = 10_000;

function watch(toast) {
  let timer = setTimeout(() => toast.remove(), STAYS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => toast.remove(), STAYS);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", release);
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
}

export function say(text) {
  const copy = document.getElementById("toast-template").content.cloneNode(true);
  const toast = copy.querySelector("[data-toast]");
  toast.querySelector(".toast-text").textContent = text;
  document.getElementById("toasts").append(copy);
  watch(toast);
}

// What a page that was fetched has to say.
export function adopt(page) {
  for (const toast of page.querySelectorAll("#toasts [data-toast]")) {
    document.getElementById("toasts").append(document.adoptNode(toast));
    watch(toast);
  }
}

document.querySelectorAll("[data-toast]:not([data-static])").forEach(watch);

document.addEventListener("htmx:responseError", () => say(document.documentElement.dataset.failed ?? "…"));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  if (button.dataset.copied) say(button.dataset.copied);
});
