// What every page gets: theme, dialogs, toasts, tabs, menus, the lab's clock.
import "./theme.js";
import "./dialogs.js";
import "./toasts.js";
import "./tabs.js";
import "./menus.js";
import "./clock.js";
import "./print.js";

document.documentElement.classList.add("js");
