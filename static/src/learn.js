// The lessons that are done, remembered in this browser and nowhere else. Without script,
// or where nothing can be kept, the course works all the same.
import "./draft.js";

const key = "netpolscope.lessons";

const done = () => {
  try {
    const names = JSON.parse(localStorage.getItem(key) ?? "[]");
    return new Set(Array.isArray(names) ? names : []);
  } catch {
    return new Set();
  }
};

const keep = (names) => {
  try {
    if (names.size) localStorage.setItem(key, JSON.stringify([...names]));
    else localStorage.removeItem(key);
  } catch {
    // the browser keeps nothing for this site
  }
};

const passed = document.querySelector("[data-lesson][data-passed]");
if (passed) keep(done().add(passed.dataset.lesson));

const show = () => {
  const names = done();
  for (const item of document.querySelectorAll("[data-lessons] [data-lesson]")) {
    item.querySelector(".done-mark")?.remove();
    if (!names.has(item.dataset.lesson)) continue;
    const mark = document.createElement("span");
    mark.className = "done-mark";
    mark.textContent = "✓ done";
    item.append(mark);
  }
  return names.size;
};

const list = document.querySelector("[data-lessons]");
if (list && show()) {
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "btn";
  forget.textContent = "Forget which lessons are done";
  forget.addEventListener("click", () => {
    keep(new Set());
    localStorage.removeItem(marksKey);
    show();
    forget.remove();
  });
  list.closest(".page").append(forget);
}

// What was marked as needed in one lesson is remembered for another one, which tells how
// it stands there. It is kept in this browser too.
const marksKey = "netpolscope.marks";

const marks = () => {
  try {
    const all = JSON.parse(localStorage.getItem(marksKey) ?? "{}");
    return all && typeof all === "object" ? all : {};
  } catch {
    return {};
  }
};

const boxes = [...document.querySelectorAll(".marks [data-mark]")];
const lesson = document.querySelector("main[data-lesson]")?.dataset.lesson;
const keepMarks = () => {
  const names = boxes.filter((box) => box.checked).map((box) => box.dataset.mark);
  try {
    localStorage.setItem(marksKey, JSON.stringify({ ...marks(), [lesson]: names }));
  } catch {
    // the browser keeps nothing for this site
  }
};
if (boxes.length) {
  const known = marks()[lesson];
  if (Array.isArray(known) && !boxes.some((box) => box.checked)) for (const box of boxes) box.checked = known.includes(box.dataset.mark);
  for (const box of boxes) box.addEventListener("change", keepMarks);
}

for (const figure of document.querySelectorAll("[data-marks-of]")) {
  const names = Object.values(marks()).flat();
  for (const item of figure.querySelectorAll("[data-mark]")) {
    item.hidden = !names.includes(item.dataset.mark);
    if (!item.hidden) figure.hidden = false;
  }
}
