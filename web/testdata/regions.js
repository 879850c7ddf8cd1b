// Moves the borders of the desk by key and by pointer.
(async () => {
  const border = document.querySelector("[data-split=text]");
  const width = () => Math.round(document.querySelector(".col-text").getBoundingClientRect().width);
  const press = (key) => border.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const pointer = (type, x) => border.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: 300, bubbles: true, pointerId: 1, button: 0 }));
  border.setPointerCapture = () => {}; // there is no pointer to capture
  const seen = { First: width(), Name: border.getAttribute("aria-label"), Value: border.getAttribute("aria-valuenow") };
  press("ArrowRight");
  seen.Wider = width();
  seen.Now = border.getAttribute("aria-valuenow");
  press("Home");
  seen.Least = width();
  pointer("pointerdown", 300);
  pointer("pointermove", 600);
  pointer("pointerup", 600);
  seen.Pulled = width();
  seen.Kept = JSON.parse(localStorage.getItem("netpolscope.splits")).text;
  border.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  seen.Reset = width();
  seen.Gone = JSON.parse(localStorage.getItem("netpolscope.splits")).text === undefined;
  return seen;
})()
