// The picture: wheel, buttons and two fingers zoom, dragging and two fingers move. Only its
// window changes, and it stays where it is while answers change what is seen through it.
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
    // One finger scrolls the page, two are for the picture.
    for (const kind of ["touchstart", "touchmove"]) frame.addEventListener(kind, (event) => this.pinch(event), { passive: false });
  }

  // follow takes up a new picture: the window stays where a hand has put it.
  follow() {
    this.svg = drawing(this.frame);
    if (!this.svg) return;
    [this.width, this.height] = size(this.svg);
    if (this.moved && this.narrow === narrow.matches) this.show();
    else this.fit();
  }

  show() {
    const { x, y, w, h } = this.view;
    this.svg.toggleAttribute("data-size", !this.narrow); // The frame gives it its size.
    this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
  }

  // whole is the view that shows all of a picture, never larger than it was drawn, so that
  // small ones keep their size. On a phone the page makes room for it.
  whole() {
    const { clientWidth, clientHeight } = this.frame;
    if (this.narrow) return { x: 0, y: 0, w: this.width, h: this.height };
    const scale = Math.max(1, this.width / clientWidth, this.height / clientHeight);
    const [w, h] = [clientWidth * scale, clientHeight * scale];
    return { x: (this.width - w) / 2, y: (this.height - h) / 2, w, h };
  }

  fit() {
    this.moved = false;
    this.narrow = narrow.matches;
    if (!this.svg || !this.frame.clientWidth || !this.frame.clientHeight) return;
    this.view = this.whole();
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
    const scale = this.view.w / this.svg.getBoundingClientRect().width;
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

  pinch(event) {
    if (event.touches.length !== 2) return void (this.fingers = null);
    event.preventDefault();
    const [a, b] = event.touches;
    const box = this.svg.getBoundingClientRect();
    const now = {
      x: (a.clientX + b.clientX) / 2 - box.left,
      y: (a.clientY + b.clientY) / 2 - box.top,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1,
    };
    const last = this.fingers;
    if (last && event.type === "touchmove") {
      this.pan(now.x - last.x, now.y - last.y);
      this.zoom(last.apart / now.apart, now.x / box.width, now.y / box.height);
      // Smaller than the whole is no use to a finger.
      if (now.apart < last.apart && this.view.w > this.whole().w) this.fit();
    }
    this.fingers = now;
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
