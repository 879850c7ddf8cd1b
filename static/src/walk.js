// The picture is one stop for the keyboard: arrow keys go through its boxes and arrows in
// the order in which they are read.
import { eachAnswer } from "./page.js";

const parts = (frame) => [...frame.querySelectorAll("svg.np g[tabindex]")];

// along sorts by where things stand: a column after the other, or a row.
function along(frame) {
  const svg = frame.querySelector("svg.np").getBoundingClientRect();
  const down = svg.height > svg.width;
  return parts(frame).map((part) => {
    const box = part.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    return { part, at: down ? [y, x] : [x, y] };
  }).sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]).map(({ part }) => part);
}

document.addEventListener("keydown", (event) => {
  const frame = event.target.closest?.("[data-picture]");
  if (!frame?.querySelector("svg.np") || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: 0, End: 0 }[event.key];
  if (step === undefined) return;
  const list = along(frame);
  const here = list.indexOf(event.target);
  const to = { Home: 0, End: list.length - 1 }[event.key] ?? (here < 0 ? (step > 0 ? 0 : list.length - 1) : here + step);
  if (!list[to]) return;
  event.preventDefault();
  list[to].focus();
});

eachAnswer(() => {
  for (const frame of document.querySelectorAll("[data-picture]")) {
    for (const part of parts(frame)) part.setAttribute("tabindex", "-1");
  }
});
