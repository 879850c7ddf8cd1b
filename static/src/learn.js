// The lessons that are done, remembered in this browser and nowhere else. Without script,
// or where nothing can be kept, the course works all the same.
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
    show();
    forget.remove();
  });
  list.closest(".page").append(forget);
}
