// The matrix is one stop for the keyboard: arrow keys walk through its cells, Home and
// End go to the ends of a row, with Ctrl to those of the table.
import { eachAnswer } from "./page.js";

const cells = (row) => [...row.cells].filter((cell) => cell.tagName === "TD");
const table = () => document.querySelector("table.mx");

let stop = null; // the cell that Tab comes to

function rove(button) {
  if (stop && stop !== button) stop.tabIndex = -1;
  stop = button;
  if (stop) stop.tabIndex = 0;
}

/** The cell that the keyboard comes to. */
export const cell = () => stop;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("table.mx td button")) rove(event.target);
});

document.addEventListener("keydown", (event) => {
  const from = event.target.closest?.("table.mx td");
  if (!from || event.altKey || event.metaKey) return;
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, 1], End: [0, -1] }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...table().tBodies[0].rows];
  let row = rows.indexOf(from.parentElement);
  let column = cells(rows[row]).indexOf(from);
  if (event.key === "Home" || event.key === "End") {
    const last = event.key === "End";
    if (event.ctrlKey) row = last ? rows.length - 1 : 0;
    column = last ? cells(rows[row]).length : -1;
  }
  for (;;) {
    row += step[0];
    column += step[1];
    const next = rows[row] && cells(rows[row])[column];
    if (!next) return;
    const button = next.querySelector("button");
    if (!button) continue;
    button.focus({ preventScroll: true });
    show(button);
    return;
  }
});

// show scrolls the table so far that the heads do not cover a cell.
function show(button) {
  const frame = button.closest(".mx-scroll");
  const box = button.getBoundingClientRect();
  const around = frame.getBoundingClientRect();
  const top = around.top + table().tHead.offsetHeight;
  const left = around.left + button.closest("tr").querySelector("th").offsetWidth;
  if (box.top < top) frame.scrollTop -= top - box.top;
  if (box.bottom > around.bottom - 16) frame.scrollTop += box.bottom - around.bottom + 16;
  if (box.left < left) frame.scrollLeft -= left - box.left;
  if (box.right > around.right - 16) frame.scrollLeft += box.right - around.right + 16;
}

// What comes is made like what is there, so that rows that stay the same are left alone:
// a table of a hundred rows is then swapped in no time.
document.addEventListener("htmx:before:swap", (event) => {
  const coming = event.detail.tasks[0]?.fragment?.querySelector?.("table.mx");
  if (!coming || !table()) return;
  for (const button of coming.querySelectorAll("td button")) button.setAttribute("tabindex", button.value === stop?.value ? "0" : "-1");
});

eachAnswer(() => {
  const all = table();
  if (!all) return;
  for (const button of all.querySelectorAll("button:not([tabindex])")) button.tabIndex = -1;
  rove(all.querySelector("td.sel button") ?? (all.contains(stop) ? stop : all.querySelector("td button")));
});
