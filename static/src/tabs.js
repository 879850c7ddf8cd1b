// The files as tabs: every text is a panel with its name and its text area; one of them
// is shown. New, renamed and removed files are fields of the form like any other, and
// what replaces text can be undone.
import { ask, bench } from "./page.js";

const list = document.querySelector("[data-tabs]");
const texts = document.getElementById("texts");
const bar = document.querySelector("[data-undo]");
// What is a further file without script is what new ones are made from with it.
const blank = new DOMParser().parseFromString(document.getElementById("blank")?.textContent ?? "", "text/html").querySelector(".panel");
let current = null;
let before = null; // the files as they were before the last replacement

const panels = () => [...texts.querySelectorAll(".panel")];
const nameOf = (panel) => panel.querySelector("[name=name]")?.value ?? panel.dataset.name;

// unfold takes the text of a file out of its details, which only fold without script.
function unfold(panel) {
  const details = panel.querySelector("details");
  panel.dataset.name = details.querySelector("summary bdi")?.textContent ?? "";
  details.querySelector("summary").remove();
  panel.replaceChildren(...details.children);
  panel.id = `panel-${++unfold.count}`;
  panel.setAttribute("role", "tabpanel");
  return panel;
}
unfold.count = 0;

function make(name, text = "") {
  const panel = unfold(document.importNode(blank, true));
  panel.querySelector("[name=name]").value = unique(name);
  const area = panel.querySelector("textarea");
  area.value = text;
  area.setAttribute("aria-label", `Manifests in ${name}`);
  return panel;
}

function pack(name, data) {
  const panel = make(name);
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "packed", value: data });
  const note = document.createElement("p");
  note.className = "muted empty";
  note.textContent = "An archive; it is evaluated with the other files.";
  panel.querySelector(".code").replaceWith(field, note);
  return panel;
}

function unique(name) {
  const taken = panels().map(nameOf);
  const [, stem, end] = /^(.*?)(\.[^.]*)?$/.exec(name);
  for (let n = 2; taken.includes(name); n++) name = `${stem}-${n}${end ?? ""}`;
  return name;
}

/** Shows the panel of a file; the editor in it is focused if asked. */
export function showFile(panel, focus = false) {
  if (!panel || !list) return;
  current = panel;
  for (const each of panels()) each.hidden = each !== panel;
  draw();
  panel.dispatchEvent(new Event("netpolscope:shown", { bubbles: true }));
  if (focus) panel.querySelector(".code")?.dispatchEvent(new Event("netpolscope:focus"));
}

function draw() {
  const all = panels();
  while (list.children.length > all.length) list.lastChild.remove();
  all.forEach((panel, i) => {
    const tab = list.children[i] ?? list.appendChild(document.createElement("button"));
    const on = panel === current;
    Object.assign(tab, { type: "button", className: "file", id: `tab-${panel.id}`, tabIndex: on ? 0 : -1, title: nameOf(panel), textContent: nameOf(panel) });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", on);
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("aria-labelledby", tab.id);
  });
  // Only the list scrolls: the page stays where it is.
  const tab = list.children[all.indexOf(current)];
  if (tab) list.scrollLeft = Math.min(tab.offsetLeft - list.offsetLeft, Math.max(list.scrollLeft, tab.offsetLeft - list.offsetLeft + tab.offsetWidth - list.clientWidth));
}

const snapshot = () => panels().map((panel) => ({
  name: nameOf(panel), text: panel.querySelector("textarea")?.value, packed: panel.querySelector("[name=packed]")?.value,
}));

// replace puts other files in the place of those that are there; said is what undo says.
function replace(files, said) {
  before = said ? { files: snapshot(), path: location.pathname } : null;
  for (const panel of panels()) panel.remove();
  add(files.length ? files : [{ name: "untitled.yaml", text: "" }], 0);
  tell(said);
  ask();
}

function tell(said) {
  bar.hidden = !said;
  bar.querySelector("span").textContent = said ?? "";
  document.querySelector("#more-menu [data-file=undo]").disabled = !before;
}

function add(files, shown = -1) {
  const made = files.map(({ name, text, packed }) => (packed === undefined ? make(name, text) : pack(name, packed)));
  // A single empty text gives way to the first file that comes.
  const [only, another] = panels();
  if (only && !another && only.querySelector("textarea")?.value.trim() === "") only.remove();
  for (const panel of made) {
    texts.append(panel);
    panel.dispatchEvent(new Event("netpolscope:file", { bubbles: true }));
  }
  showFile(made.at(shown));
}

/** Adds files that were dropped or chosen; archives are carried along packed. */
export async function addFiles(files) {
  const read = await Promise.all([...files].map(async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const name = file.webkitRelativePath || file.name;
    if (!(bytes[0] === 0x50 && bytes[1] === 0x4b) && !(bytes[0] === 0x1f && bytes[1] === 0x8b)) return { name, text: new TextDecoder().decode(bytes) };
    let raw = "";
    for (let i = 0; i < bytes.length; i += 0x8000) raw += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { name, packed: btoa(raw) };
  }));
  before = { files: snapshot(), path: location.pathname };
  add(read);
  tell(`${read.length === 1 ? read[0].name : `${read.length} files`} added.`);
  ask();
}

const acts = {
  new() {
    add([{ name: "untitled.yaml", text: "" }]);
    showFile(current, true);
  },
  rename() {
    const tab = list.children[panels().indexOf(current)];
    const field = document.createElement("input");
    Object.assign(field, { className: "input renaming", value: nameOf(current) });
    field.setAttribute("aria-label", "Name of the file");
    const done = (keep) => {
      if (!field.isConnected) return;
      const name = field.value.trim();
      field.replaceWith(tab);
      if (keep && name && name !== nameOf(current)) {
        current.querySelector("[name=name]").value = unique(name);
        ask();
      }
      draw();
      tab.focus();
    };
    field.addEventListener("blur", () => done(true));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
    });
    tab.replaceWith(field);
    field.select();
    field.focus();
  },
  remove() {
    const gone = nameOf(current);
    replace(snapshot().filter((_, i) => panels()[i] !== current), `${gone} removed.`);
  },
  clear() {
    replace([], "Everything cleared.");
    history.replaceState(null, "", "/");
    const heading = document.querySelector(".bar .doc h1 bdi");
    if (heading) heading.textContent = heading.title = "untitled.yaml";
  },
  undo() {
    if (!before) return;
    const { files, path } = before;
    history.replaceState(null, "", path);
    replace(files);
    list.querySelector("[aria-selected=true]")?.focus();
  },
};

if (list && bench) {
  const opened = panels().findIndex((panel) => panel.querySelector("details").open);
  panels().forEach(unfold);
  showFile(panels()[Math.max(opened, 0)]);

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) showFile(panels()[[...list.children].indexOf(tab)]);
  });
  texts.addEventListener("netpolscope:reveal", (event) => showFile(event.target.closest(".panel")));
  list.addEventListener("dblclick", () => acts.rename());
  list.addEventListener("keydown", (event) => {
    const all = panels();
    const at = all.indexOf(current);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "F2") acts.rename();
    else if (event.key === "Delete") acts.remove();
    else if (to === undefined) return;
    else {
      showFile(all.at(to % all.length));
      list.children[panels().indexOf(current)].focus();
    }
    event.preventDefault();
  });
  document.addEventListener("click", async (event) => {
    const act = event.target.closest?.("[data-file]")?.dataset.file;
    const example = event.target.closest?.("a[data-example]");
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (acts[act]) {
      event.preventDefault();
      acts[act]();
    } else if (example) {
      event.preventDefault();
      const page = new DOMParser().parseFromString(await (await fetch(example.href)).text(), "text/html");
      const files = [...page.querySelectorAll("#texts > .panel")].map((panel) => ({ name: panel.querySelector("[name=name]").value, text: panel.querySelector("textarea").value }));
      const heading = page.querySelector(".bar .doc");
      if (heading) document.querySelector(".bar .doc")?.replaceWith(heading);
      history.replaceState(null, "", example.pathname);
      replace(files, `${example.textContent} opened.`);
    }
  });
}
