// One selection everywhere: an arrow, a box or a cell of the matrix is chosen, and the
// others that speak of the same connection show it.
import { ask, bench, eachAnswer, goTo, keep } from "./page.js";

const select = (from, to) => selectPart(`${from}..${to}`);

/** Selects a policy or a rule, as off= names them, or a connection. */
export function selectPart(value) {
  keep("select", value);
  ask();
}

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

/** Takes the selection back; reports whether there was one. */
export function clearSelection() {
  if (box) {
    choose(null);
    return true;
  }
  const data = document.getElementById("answer")?.dataset;
  if (!bench || !(data?.from || data?.to || data?.selected)) return false;
  for (const field of document.querySelectorAll("#why [name=from], #why [name=to]")) field.value = "";
  keep("select", "");
  ask();
  return true;
}

document.addEventListener("keydown", (event) => {
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
