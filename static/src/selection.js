// One selection everywhere: an arrow, a box or a cell of the matrix is chosen, and the
// others that speak of the same connection show it.
import { ask, bench, eachAnswer, goTo, keep } from "./page.js";

const select = (from, to) => {
  keep("select", `${from}..${to}`);
  ask();
};

// members gives the entities that the end of an arrow stands for.
function members(svg, id) {
  const hub = svg.querySelector(`.hub[id="${CSS.escape(id)}"]`);
  return hub ? JSON.parse(hub.dataset.members) : [id];
}

// pair gives a connection that an arrow stands for, the selected one if it is among them.
function pair(edge) {
  const svg = edge.ownerSVGElement;
  const [from, to] = [members(svg, edge.dataset.from), members(svg, edge.dataset.to)];
  const [a, b] = selected();
  const both = [from.find((id) => a.includes(id)), to.find((id) => b.includes(id))];
  if (both[0] && both[1]) return both;
  for (const x of from) for (const y of to) if (x !== y) return [x, y];
  return [from[0], to[0]];
}

/** The entities of the selected connection: who calls, and who is called. */
export function selected() {
  const { callers, called } = document.getElementById("answer")?.dataset ?? {};
  return [JSON.parse(callers || "[]"), JSON.parse(called || "[]")];
}

let box = null; // the box that was chosen and has no partner yet

document.addEventListener("click", (event) => {
  const picture = event.target.closest?.("[data-picture]");
  if (!picture || picture.dataset.dragging !== undefined || !bench) return;
  const edge = event.target.closest("g.edge[data-from]");
  const node = event.target.closest("g.node[data-entity]");
  if (edge) select(...pair(edge));
  else if (node) choose(node.dataset.entity);
  else choose(null);
});

// choose asks about one box, and with the next one about the connection between them.
function choose(entity) {
  if (box && entity && entity !== box) return select(box, entity);
  if (entity && entity !== box) return select(entity, "");
  if (!box) return;
  keep("select", "");
  for (const name of ["from", "to"]) bench.elements[name].value = "";
  ask();
}

// light shows what the selection touches in the picture.
function light() {
  const svg = document.querySelector("[data-picture] svg[viewBox]:not(.i)");
  if (!svg) return;
  const [from, to] = selected();
  for (const node of svg.querySelectorAll("g.node[data-entity]")) {
    const id = node.dataset.entity;
    node.classList.toggle("sel", from.includes(id) || to.includes(id) || id === box);
  }
  for (const edge of svg.querySelectorAll("g.edge[data-from]")) {
    const [callers, called] = [members(svg, edge.dataset.from), members(svg, edge.dataset.to)];
    edge.classList.toggle("sel", callers.some((id) => from.includes(id)) && called.some((id) => to.includes(id)));
    edge.classList.toggle("dim", box !== null && !callers.includes(box) && !called.includes(box));
  }
}

eachAnswer(() => {
  const [from, to] = selected();
  box = from.length === 1 && !to.length ? from[0] : null;
  light();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && box) choose(null);
  if (event.key !== "Enter" && event.key !== " ") return;
  const target = event.target.closest?.("[data-picture] g.edge[data-from], [data-picture] g.node[data-entity]");
  if (!target) return;
  event.preventDefault();
  target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
});

// A link to a line moves the editor there.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#f"]');
  const place = link?.getAttribute("href").match(/^#f(\d+)-(\d+)$/);
  if (!place) return;
  event.preventDefault();
  goTo(Number(place[1]), { line: Number(place[2]) });
});

// Arrow keys walk through the matrix.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("table.mx td");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const rows = [...cell.closest("tbody").rows];
  let row = rows.indexOf(cell.parentElement);
  let column = [...cell.parentElement.cells].indexOf(cell);
  for (;;) {
    row += step[0];
    column += step[1];
    const next = rows[row]?.cells[column];
    if (!next || next.tagName !== "TD") return;
    const button = next.querySelector("button");
    if (button) return button.focus();
  }
});
