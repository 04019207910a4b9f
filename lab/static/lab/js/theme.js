// Light, dark or as the system says; kept in a cookie so that the server draws the first paint right.
const YEAR = 365 * 24 * 3600;

function show(theme) {
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  document.cookie = `theme=${button.dataset.themeChoice};path=/;max-age=${YEAR};samesite=lax`;
  show(button.dataset.themeChoice);
});

show(document.documentElement.dataset.theme ?? "");
