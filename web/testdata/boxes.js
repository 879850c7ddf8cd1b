// Measures every text of every picture of the page and lists what overlaps or
// overflows: [picture, what is wrong, text].
(async () => {
  await document.fonts.ready;
  const faults = [];
  // A text's box has room for accents above and for descenders below; what counts is
  // where its letters are.
  const ink = (text) => {
    const b = text.getBBox(), size = parseFloat(getComputedStyle(text).fontSize);
    const base = parseFloat(text.getAttribute("y"));
    return { left: b.x, right: b.x + b.width, top: base - 0.74 * size, bottom: base + 0.22 * size };
  };
  const area = (shape) => {
    const b = shape.getBBox();
    return { left: b.x, right: b.x + b.width, top: b.y, bottom: b.y + b.height };
  };
  const slack = 0.6; // what a reader cannot see
  const apart = (a, b) => a.right <= b.left + slack || b.right <= a.left + slack || a.bottom <= b.top + slack || b.bottom <= a.top + slack;
  const within = (a, b) => a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack && a.bottom <= b.bottom + slack;
  const solid = ".p-box, .p-box-dashed, .p-box-host, .p-void, .p-entrance, .p-pill, .p-pill-open, .p-range, .p-door, .p-chip, .p-lock, .p-lock-full";
  let texts = 0, boxed = 0;
  for (const svg of document.querySelectorAll("svg.np")) {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const page = { left: 0, top: 0, right: width, bottom: height };
    const written = [...svg.querySelectorAll("text")].map((text) => ({
      text, box: ink(text), words: [...text.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim(),
    }));
    const shapes = [...svg.querySelectorAll(solid)].filter((s) => !s.closest(".legend")).map((shape) => ({ shape, box: area(shape) }));
    const wrong = (what, one) => faults.push([svg.dataset.name, what, one.words]);
    written.forEach((one, i) => {
      texts++;
      if (!within(one.box, page)) wrong("leaves the picture", one);
      for (const other of written.slice(i + 1)) {
        if (!apart(one.box, other.box)) wrong("lies on the text " + other.words, one);
      }
      if (one.words.includes("…") && !one.text.querySelector("title")) {
        wrong("is shortened without its whole", one);
      }
      if (one.text.closest(".legend")) return;
      // The shape of its own: the nearest one painted before it in its group.
      const group = one.text.closest("g");
      const own = one.text.matches(".p-note, .p-title, .p-subtitle") ? null : [...group.children].filter((s) => s.matches(solid) && !s.matches(".p-lock, .p-lock-full") &&
        s.compareDocumentPosition(one.text) & Node.DOCUMENT_POSITION_FOLLOWING && ["door", "entrance"].every((kind) => s.matches(".p-" + kind) === one.text.matches(".p-" + kind + "-text"))).pop();
      if (own) {
        boxed++;
        // A hexagon's slanted ends are no place for letters.
        const room = area(own), end = own.matches(".p-range") ? 6 : 1;
        if (!within(one.box, { ...room, left: room.left + end, right: room.right - end })) wrong("leaves its " + own.getAttribute("class"), one);
      }
      for (const s of shapes) {
        if (s.shape !== own && !apart(one.box, s.box) && !within(one.box, s.box)) wrong("lies across a " + s.shape.getAttribute("class"), one);
      }
      const frame = group.matches(".caption") && [...svg.querySelectorAll(".p-zone, .p-zone-dashed, .p-cluster, .p-alike")].some((f) => within(one.box, area(f)));
      if (group.matches(".caption") && !frame) wrong("leaves its frame", one);
      // Labels lie on paper, not on what they do not belong to.
      if (group.matches(".label, .caption")) {
        for (const s of shapes) {
          if (!apart(one.box, s.box)) wrong("lies on a " + s.shape.getAttribute("class"), one);
        }
      }
    });
  }
  const sample = document.getElementById("sample");
  return { Faults: faults, Texts: texts, Boxed: boxed, Sample: sample.getBBox().width };
})()
