// The projector goes on and back by the keys of a presenter, and keeps the theme that was
// chosen on the other pages. It works by its links without.
import "./theme.js";

const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next",
  ArrowLeft: "prev", ArrowUp: "prev", PageUp: "prev",
};

addEventListener("keydown", (event) => {
  const to = event.key === " " && event.shiftKey ? "prev" : keys[event.key];
  if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
  // The space bar presses what has the focus; what is larger than its place scrolls.
  if (event.key === " " && event.target.closest?.("a, button")) return;
  const region = event.target.closest?.("[tabindex]");
  if (region && (region.scrollHeight > region.clientHeight || region.scrollWidth > region.clientWidth)) return;
  const link = document.querySelector(`a[rel="${to}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
