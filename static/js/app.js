// What a page gains with script; without it every part works as a form or a link.

const bench = document.getElementById("bench");

// The theme changes at once and goes along with the next question.
const themes = { "": "light", light: "dark", dark: "" };
for (const button of document.querySelectorAll("[data-theme-button]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const root = document.documentElement;
    const theme = themes[root.dataset.theme ?? ""] ?? "";
    root.dataset.theme = theme;
    let field = bench.querySelector("input[type=hidden][name=theme]");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "theme";
      bench.prepend(field);
    }
    field.value = theme || "auto";
    button.title = `Theme: ${theme || "as the system"}`;
    button.setAttribute("aria-label", button.title);
  });
}

// Ctrl Enter asks.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && bench) {
    event.preventDefault();
    bench.requestSubmit();
  }
});

// A switch needs no second press.
for (const button of document.querySelectorAll("[data-apply]")) button.hidden = true;
document.addEventListener("change", (event) => {
  if (event.target.matches?.(".whatif input[name=off]")) bench.requestSubmit();
  if (event.target.matches?.("[data-drop] input[type=file]") && event.target.files.length) bench.requestSubmit();
});

// Files may be dropped anywhere on the text.
const drop = document.querySelector("[data-drop]");
const column = document.querySelector(".col-text");
if (drop && column) {
  const over = (on) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  column.addEventListener("dragover", over(true));
  column.addEventListener("dragleave", over(false));
  column.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer?.files.length) return;
    drop.querySelector("input").files = event.dataTransfer.files;
    bench.requestSubmit();
  });
}

// Line numbers follow the text.
for (const area of document.querySelectorAll(".code textarea")) {
  const numbers = area.parentElement.querySelector(".nums");
  area.addEventListener("input", () => {
    const lines = area.value.split("\n").length;
    area.rows = lines + 2;
    if (lines > 20000) return;
    while (numbers.children.length < lines) {
      const item = document.createElement("li");
      item.textContent = numbers.children.length + 1;
      numbers.append(item);
    }
    while (numbers.children.length > lines) numbers.lastChild.remove();
  });
}

// Regions stay where they were scrolled to when a question brings the page back.
const regions = [".texts", ".mx-scroll", ".whatif"];
const memory = "netpolscope.scroll";
if (bench) {
  bench.addEventListener("submit", () => {
    const places = regions.map((name) => {
      const region = document.querySelector(name);
      return region && [region.scrollLeft, region.scrollTop];
    });
    sessionStorage.setItem(memory, JSON.stringify([scrollY, places]));
  });
  const kept = JSON.parse(sessionStorage.getItem(memory) ?? "null");
  sessionStorage.removeItem(memory);
  if (kept && document.body.classList.contains("desk")) {
    scrollTo(0, kept[0]);
    kept[1].forEach((place, i) => place && document.querySelector(regions[i])?.scrollTo(...place));
  }
}

// The picture: wheel and buttons zoom, dragging moves. Only its window changes.
for (const frame of document.querySelectorAll("[data-picture]")) {
  const svg = frame.querySelector("svg");
  if (!svg || matchMedia("(max-width: 760px)").matches) continue; // a finger scrolls the page
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  frame.classList.add("live");
  let view;
  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  const fit = () => {
    // Never larger than drawn, so that small pictures keep their size.
    const scale = Math.max(1, width / frame.clientWidth, height / frame.clientHeight);
    const [w, h] = [frame.clientWidth * scale, frame.clientHeight * scale];
    view = { x: (width - w) / 2, y: (height - h) / 2, w, h };
    show();
  };
  const zoom = (factor, x = 0.5, y = 0.5) => {
    const w = Math.min(Math.max(view.w * factor, 80), width * 8);
    const h = (view.h / view.w) * w;
    view = { x: view.x + (view.w - w) * x, y: view.y + (view.h - h) * y, w, h };
    show();
  };
  fit();
  new ResizeObserver(fit).observe(frame);
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }, { passive: false });
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") return;
    held = { x: event.clientX, y: event.clientY };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const scale = view.w / svg.clientWidth;
    view.x -= (event.clientX - held.x) * scale;
    view.y -= (event.clientY - held.y) * scale;
    held = { x: event.clientX, y: event.clientY };
    show();
  });
  svg.addEventListener("pointerup", () => { held = null; });
  const bar = document.createElement("div");
  bar.className = "zoom";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Zoom");
  for (const [text, label, act] of [["+", "Zoom in", () => zoom(1 / 1.25)], ["−", "Zoom out", () => zoom(1.25)], ["fit", "Fit the whole picture", fit]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    bar.append(button);
  }
  frame.append(bar);
}
