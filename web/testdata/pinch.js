(async () => {
  const frame = document.querySelector("[data-picture]");
  frame.scrollIntoView({ block: "start" });
  const svg = frame.querySelector("svg");
  const box = svg.getBoundingClientRect();
  const view = () => svg.viewBox.baseVal;
  const touch = (kind, ...points) => {
    const touches = points.map(([x, y], identifier) => new Touch({ identifier, target: svg, clientX: box.left + x, clientY: box.top + y }));
    const event = new TouchEvent(kind, { touches, targetTouches: touches, changedTouches: touches, bubbles: true, cancelable: true });
    svg.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const place = () => [view().x, view().y, view().width, view().height].map((n) => Math.round(n)).join(" ");
  const said = [];
  const whole = place();
  // What lies between the fingers stays there.
  const under = (x) => view().x + (x / box.width) * view().width;
  said.push(`one finger: ${touch("touchstart", [100, 60])} ${touch("touchmove", [100, 20])} ${place() === whole}`);
  touch("touchend");
  said.push(`two fingers: ${touch("touchstart", [80, 60], [120, 60])}`);
  const [before, width] = [under(100), view().width];
  for (let d = 20; d <= 60; d += 4) touch("touchmove", [100 - d, 60], [100 + d, 60]);
  said.push(`apart: ${(width / view().width).toFixed(2)} times, moved by ${Math.abs(Math.round(under(100) - before))}`);
  const at = view().x;
  touch("touchmove", [60, 60], [180, 60]);
  said.push(`right: ${(((at - view().x) / view().width) * box.width).toFixed(0)} pixels`);
  for (let d = 60; d >= 4; d -= 4) touch("touchmove", [120 - d, 60], [120 + d, 60]);
  touch("touchend");
  said.push(`together: whole ${place() === whole}`);
  return said;
})();
