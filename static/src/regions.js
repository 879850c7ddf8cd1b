// The regions of the desk: borders that can be moved, and on a phone one region at a
// time. Where the borders stand is kept in this browser only.
import { eachAnswer } from "./page.js";

const KEPT = "netpolscope.splits";
const root = document.documentElement;

// A split is a share of the box around it, in percent, from its start or its end.
const splits = {
  text: { box: ".bench", axis: "x", least: 15, most: 70 },
  findings: { box: ".col-text", axis: "y", end: true, least: 8, most: 80 },
  lower: { box: ".col-view", axis: "y", end: true, least: 15, most: 85 },
  why: { box: ".lower", axis: "x", least: 20, most: 80 },
};

let kept = {};
try {
  kept = JSON.parse(localStorage.getItem(KEPT)) ?? {};
} catch { /* a browser may keep nothing */ }

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch { /* then it lasts as long as the page */ }
}

function place(name, share) {
  const { least, most } = splits[name];
  if (share === undefined) delete kept[name];
  else kept[name] = Math.round(Math.min(most, Math.max(least, share)) * 10) / 10;
  apply(name);
}

function apply(name) {
  if (Number.isFinite(kept[name])) root.style.setProperty(`--split-${name}`, `${kept[name]}%`);
  else root.style.removeProperty(`--split-${name}`);
  const handle = document.querySelector(`[data-split=${name}]`);
  if (!handle) return;
  handle.setAttribute("aria-valuemin", splits[name].least);
  handle.setAttribute("aria-valuemax", splits[name].most);
  handle.setAttribute("aria-valuenow", Math.round(share(handle)));
}

// share measures where a border stands, or would stand under the pointer.
function share(handle, at) {
  const { box, axis, end } = splits[handle.dataset.split];
  const around = handle.closest(box).getBoundingClientRect();
  const own = handle.getBoundingClientRect();
  const [from, size] = axis === "x" ? [around.left, around.width] : [around.top, around.height];
  const middle = at ?? (axis === "x" ? own.left + own.width / 2 : own.top + own.height / 2);
  const part = ((middle - from) / (size || 1)) * 100;
  return end ? 100 - part : part;
}

const handleOf = (event) => event.target.closest?.("[data-split]");

document.addEventListener("pointerdown", (event) => {
  const handle = handleOf(event);
  if (!handle || event.button) return;
  event.preventDefault();
  handle.focus({ focusVisible: false });
  handle.setPointerCapture(event.pointerId);
  handle.dataset.moving = "";
});
document.addEventListener("pointermove", (event) => {
  const handle = handleOf(event);
  if (handle?.dataset.moving === undefined) return;
  place(handle.dataset.split, share(handle, splits[handle.dataset.split].axis === "x" ? event.clientX : event.clientY));
});
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, (event) => {
    const handle = handleOf(event);
    if (handle?.dataset.moving === undefined) return;
    delete handle.dataset.moving;
    keep();
  });
}
document.addEventListener("dblclick", (event) => {
  const handle = handleOf(event);
  if (!handle) return;
  place(handle.dataset.split);
  keep();
});
document.addEventListener("keydown", (event) => {
  const handle = handleOf(event);
  if (!handle) return;
  const name = handle.dataset.split;
  const { axis, end, least, most } = splits[name];
  const back = axis === "x" ? "ArrowLeft" : end ? "ArrowDown" : "ArrowUp";
  const on = axis === "x" ? "ArrowRight" : end ? "ArrowUp" : "ArrowDown";
  const to = { [back]: share(handle) - 2, [on]: share(handle) + 2, Home: least, End: most }[event.key];
  if (event.key === "Enter") place(name); // as a double click
  else if (to === undefined) return;
  else place(name, to);
  event.preventDefault();
  keep();
});

/** Shows a region, on a phone alone. */
const places = {};
export function showRegion(name) {
  places[root.dataset.region] = scrollY;
  root.dataset.region = name;
  current();
  if (matchMedia("(max-width: 760px)").matches) scrollTo(0, places[name] ?? 0);
}

function current() {
  for (const link of document.querySelectorAll("#dock [data-region]")) {
    link.toggleAttribute("aria-current", link.dataset.region === root.dataset.region);
    if (link.hasAttribute("aria-current")) link.setAttribute("aria-current", "true");
  }
}

if (document.getElementById("dock")) {
  root.dataset.region = "picture";
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#dock [data-region]");
    if (!link) return;
    event.preventDefault();
    showRegion(link.dataset.region);
  });
  document.addEventListener("netpolscope:reveal", () => showRegion("text"));
  eachAnswer(() => {
    Object.keys(splits).forEach(apply);
    current();
  });
}
