// The parts of the page that several modules speak about, and the events between them.

document.documentElement.dataset.script = ""; // what needs script is shown

/** The form that carries the texts and the view; null where there is none. */
export const bench = document.getElementById("bench");

/**
 * The text areas of the files in the order in which the server counts them: it leaves
 * out empty ones, and counts archives, which have none.
 */
export const areas = () => [...(bench?.querySelectorAll(".panel") ?? [])]
  .filter((panel) => panel.querySelector("[name=packed]") || panel.querySelector("textarea")?.value.trim())
  .map((panel) => panel.querySelector("textarea"));

/** Sets a hidden field of the form, or takes it away when the value is empty. */
export function keep(name, value) {
  const state = document.getElementById("state") ?? bench;
  let field = state.querySelector(`input[type=hidden][name="${name}"]`);
  if (!value) return field?.remove();
  if (!field) {
    field = document.createElement("input");
    Object.assign(field, { type: "hidden", name });
    state.append(field);
  }
  field.value = value;
}

/** Asks the server again with the form as it is. */
export const ask = (submitter) => bench.requestSubmit(submitter);

/** Calls f now and after each answer. */
export function eachAnswer(f) {
  document.addEventListener("netpolscope:answer", f);
  f();
}

/** Leads to a place in a text. Lines and columns count from 1, columns in code points. */
export function goTo(file, range, focus = true) {
  const area = areas()[file];
  if (!area) return;
  area.dispatchEvent(new Event("netpolscope:reveal", { bubbles: true }));
  const event = new CustomEvent("netpolscope:goto", { detail: { range, focus }, cancelable: true });
  if (!area.dispatchEvent(event)) return; // The editor has taken it.
  const from = offset(area.value, range.line, range.column ?? 1);
  const to = range.endLine ? offset(area.value, range.endLine, range.endColumn) : from;
  if (focus) area.focus({ preventScroll: true });
  area.setSelectionRange(from, to);
  area.parentElement.querySelectorAll(".nums li")[range.line - 1]?.scrollIntoView({ block: "nearest" });
}

/** Gives the index in a string of a line and column. */
export function offset(text, line, column) {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  for (let n = 1; n < column && at < text.length && text[at] !== "\n"; n++) {
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return at;
}

/** Puts edits into the texts of their files; for each file they are one step for undo. */
export function change(edits) {
  for (const file of new Set(edits.map((e) => e.file))) changeFile(file, edits.filter((e) => e.file === file));
}

function changeFile(file, edits) {
  const area = areas()[file];
  const event = new CustomEvent("netpolscope:change", { detail: { edits }, cancelable: true });
  if (!area || !area.dispatchEvent(event)) return;
  let text = area.value;
  const places = edits.map((e) => [offset(text, e.line, e.column), offset(text, e.endLine, e.endColumn), e.newText]);
  for (const [from, to, insert] of places.sort((a, b) => b[0] - a[0])) text = text.slice(0, from) + insert + text.slice(to);
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
