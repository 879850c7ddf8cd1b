// The theme changes at once and goes along with the next question.
import { bench, keep } from "./page.js";

const next = { "": "light", light: "dark", dark: "" };

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-theme-button]");
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  const theme = next[root.dataset.theme ?? ""] ?? "";
  root.dataset.theme = theme;
  if (bench) keep("theme", theme || "auto");
  button.title = `Theme: ${theme || "as the system"}`;
  button.setAttribute("aria-label", button.title);
});
