// The theme changes at once, goes along with the next question where a page asks any, and
// is remembered in this browser. What the address of a page asks for comes first.
import { bench, keep } from "./page.js";

const key = "netpolscope.theme";
const button = document.querySelector("[data-theme-button]");

const said = (button, theme) => {
  button.title = `Theme: ${theme || "as the system"}`;
  button.setAttribute("aria-label", button.title);
};

const remembered = () => {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
};

const remember = (theme) => {
  try {
    if (theme) localStorage.setItem(key, theme);
    else localStorage.removeItem(key);
  } catch {
    // the browser keeps nothing for this site
  }
};

if (button && !document.documentElement.dataset.theme && ["light", "dark"].includes(remembered())) {
  document.documentElement.dataset.theme = remembered();
  said(button, remembered());
  if (bench) keep("theme", remembered());
}

const next = { "": "light", light: "dark", dark: "" };

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-button]");
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = next[root.dataset.theme ?? ""] ?? "";
  root.dataset.theme = theme;
  if (bench) keep("theme", theme || "auto");
  remember(theme);
  said(button, theme);
});
