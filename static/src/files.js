// Files may be dropped anywhere on the text, folders too. What was chosen is sent at once.
import { bench } from "./page.js";
import { addFiles } from "./tabs.js";

const readable = /\.(ya?ml|json|zip|tgz|tar\.gz)$/i;

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-drop] input[type=file]") && event.target.files.length) take(event.target.files);
});

// take adds files to those on the desk; on the first visit it sends them.
async function take(files) {
  const field = document.querySelector("[data-drop] input[type=file]");
  if (document.querySelector("[data-tabs]")) {
    const all = [...files];
    field.value = ""; // they are sent as text, not once more as files
    return addFiles(all);
  }
  if (files !== field.files) {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    field.files = chosen.files;
  }
  bench.requestSubmit();
}

const column = document.querySelector(".col-text");
const drop = document.querySelector("[data-drop]");
if (drop && column) {
  const over = (on) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", on);
    column.classList.toggle("over", on);
  };
  column.addEventListener("dragover", over(true), { capture: true });
  column.addEventListener("dragleave", over(false));
  column.addEventListener("drop", async (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    over(false)(event);
    event.stopPropagation();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.some((e) => e.isDirectory) ? (await Promise.all(entries.map(within))).flat() : [...event.dataTransfer.files];
    if (files.length) await take(files);
  }, { capture: true });
}

// within gives the manifests of a folder and of its folders, by name.
async function within(entry) {
  if (entry.isFile) {
    return readable.test(entry.name) ? [await new Promise((done, fail) => entry.file(done, fail))] : [];
  }
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) break;
    all.push(...some);
  }
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(all.map(within))).flat();
}

// Line numbers follow the text where no editor has taken its place.
document.addEventListener("input", (event) => {
  const area = event.target;
  const numbers = area.matches(".code textarea") && area.parentElement.querySelector(".nums");
  if (!numbers || area.hidden) return;
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
