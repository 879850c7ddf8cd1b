// From one picture to the next what stays moves, what is new is drawn from its caller and
// what is gone fades. Readers who asked for no motion see none, and neither does a large
// picture, in which nobody could follow it.
const most = 150; // boxes and arrows

const drawn = () => document.querySelector("#picture > svg.np");

// duration is the design's, which is zero where the reader wants no motion.
const duration = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--t-move")) || 0;

// parts gives the boxes and arrows of a picture under names that outlive it.
function parts(svg) {
  const found = new Map();
  const groups = svg?.querySelectorAll("g.node, g.edge") ?? [];
  if (!duration() || groups.length > most) return found;
  const members = new Map([...svg.querySelectorAll("g.hub[id]")].map((hub) => [hub.id, hub.dataset.members]));
  const end = (id) => members.get(id) ?? id;
  for (const g of groups) {
    const { entity, members, from, to, ports } = g.dataset;
    const name = from ? [g.getAttribute("class").includes("response"), end(from), end(to), ports].join("\n") : entity ?? members;
    const { x, y, width, height } = g.getBBox();
    found.set(name, { g, edge: Boolean(from), x: x + width / 2, y: y + height / 2, path: from && g.querySelector("path")?.getAttribute("d") });
  }
  return found;
}

let before = new Map();

document.addEventListener("htmx:before:swap", () => {
  before = parts(drawn());
  for (const part of before.values()) part.copy = part.g.cloneNode(true); // The next answer may take the element.
});

document.addEventListener("htmx:after:swap", () => {
  const svg = drawn();
  if (!before.size || !svg) return;
  const after = parts(svg);
  if (!after.size) return;
  const timing = { duration: duration(), easing: "cubic-bezier(0.2, 0, 0, 1)" };
  for (const [name, part] of after) {
    const last = before.get(name);
    const [dx, dy] = last ? [last.x - part.x, last.y - part.y] : [0, 0];
    if (!last) appear(part, timing);
    else if (!part.edge && (dx || dy)) part.g.animate({ translate: [`${dx}px ${dy}px`, "0px 0px"] }, timing);
    else if (part.edge && last.path !== part.path) part.g.animate({ opacity: [0, 1] }, timing);
  }
  for (const [name, { copy, edge }] of before) {
    if (!edge || after.has(name)) continue;
    copy.setAttribute("aria-hidden", "true");
    for (const name of ["class", "tabindex", "role"]) copy.removeAttribute(name); // It is no arrow any more.
    svg.append(copy);
    copy.animate({ opacity: [1, 0] }, timing).onfinish = () => copy.remove();
  }
  before = new Map();
});

// appear draws the line of a new arrow from its tail; its head and words, and a box, come
// into view meanwhile.
function appear({ g, edge }, timing) {
  const line = edge && g.querySelector(".p-thin, .p-thick");
  for (const part of line ? g.children : [g]) {
    if (part !== line) part.animate({ opacity: [0, 1] }, timing);
  }
  if (!line) return;
  const length = line.getTotalLength();
  line.animate({ strokeDasharray: [`${length} ${length}`, `${length} ${length}`], strokeDashoffset: [length, 0] }, timing);
}
