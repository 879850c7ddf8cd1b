// The picture: wheel and buttons zoom, dragging moves. Only its window changes, and it
// stays where it is while answers change what is seen through it.
import { eachAnswer } from "./page.js";

const pictures = new WeakMap();

class Window {
  constructor(frame) {
    this.frame = frame;
    new ResizeObserver(() => this.moved || this.fit()).observe(frame);
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.hold(event));
    frame.addEventListener("pointermove", (event) => this.drag(event));
    frame.addEventListener("pointerup", () => this.letGo());
    frame.addEventListener("pointercancel", () => this.letGo());
  }

  get svg() { return this.frame.querySelector("svg[data-size]"); }

  // follow takes up a new picture: the window stays where a hand has put it.
  follow() {
    const svg = drawing(this.frame);
    if (!svg) return;
    [this.width, this.height] = size(svg);
    svg.dataset.size = "";
    if (this.moved) this.show();
    else this.fit();
  }

  show() {
    const { x, y, w, h } = this.view;
    this.svg?.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
  }

  // fit never shows a picture larger than it was drawn, so that small ones keep their size.
  fit() {
    this.moved = false;
    const { clientWidth, clientHeight } = this.frame;
    if (!this.svg || !clientWidth || !clientHeight) return;
    const scale = Math.max(1, this.width / clientWidth, this.height / clientHeight);
    const [w, h] = [clientWidth * scale, clientHeight * scale];
    this.view = { x: (this.width - w) / 2, y: (this.height - h) / 2, w, h };
    this.show();
  }

  zoom(factor, x = 0.5, y = 0.5) {
    if (!this.view) return;
    this.moved = true;
    const { view } = this;
    const w = Math.min(Math.max(view.w * factor, 80), Math.max(this.width, this.frame.clientWidth) * 8);
    const h = (view.h / view.w) * w;
    this.view = { x: view.x + (view.w - w) * x, y: view.y + (view.h - h) * y, w, h };
    this.show();
  }

  pan(dx, dy) {
    if (!this.view) return;
    this.moved = true;
    const scale = this.view.w / this.frame.clientWidth;
    this.view.x -= dx * scale;
    this.view.y -= dy * scale;
    this.show();
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.frame.getBoundingClientRect();
    this.zoom(Math.exp(event.deltaY / 300), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  hold(event) {
    if (event.button || event.target.closest("button, a")) return;
    if (event.pointerType === "touch" && !document.fullscreenElement) return; // a finger scrolls the page
    this.held = { x: event.clientX, y: event.clientY, far: 0 };
  }

  drag(event) {
    if (!this.held) return;
    const [dx, dy] = [event.clientX - this.held.x, event.clientY - this.held.y];
    this.held.far += Math.abs(dx) + Math.abs(dy);
    if (this.held.far < 4) return; // a press, not yet a pull
    this.frame.setPointerCapture(event.pointerId);
    this.frame.dataset.dragging = "";
    this.pan(dx, dy);
    Object.assign(this.held, { x: event.clientX, y: event.clientY });
  }

  letGo() {
    this.held = null;
    // A click that ends a pull selects nothing.
    setTimeout(() => delete this.frame.dataset.dragging);
  }
}

const drawing = (frame) => frame.querySelector(":scope > svg");
const size = (svg) => [svg.width.baseVal.value, svg.height.baseVal.value];

const narrow = matchMedia("(max-width: 760px)");

eachAnswer(() => {
  for (const frame of document.querySelectorAll("[data-picture]")) {
    if (narrow.matches) {
      const svg = drawing(frame);
      if (svg) svg.setAttribute("viewBox", `0 0 ${size(svg).join(" ")}`);
      continue;
    }
    if (!pictures.has(frame)) pictures.set(frame, new Window(frame));
    pictures.get(frame).follow();
  }
});

/** The window of the picture on the page, if there is one. */
export const picture = () => pictures.get(document.querySelector("[data-picture]"));

document.addEventListener("click", (event) => {
  const act = event.target.closest?.("[data-zoom]")?.dataset.zoom;
  if (act === "in") picture()?.zoom(1 / 1.25);
  if (act === "out") picture()?.zoom(1.25);
  if (act === "fit") picture()?.fit();
  if (act === "full") {
    const frame = document.querySelector("[data-picture]");
    if (document.fullscreenElement) document.exitFullscreen();
    else frame?.requestFullscreen?.();
  }
});
document.addEventListener("fullscreenchange", () => picture()?.fit());
