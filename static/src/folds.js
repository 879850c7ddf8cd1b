// While something is selected, the documents of a long text that have no part in it are
// folded to a line each, and unfolded when nothing is. What a hand folded stays.
import { codeFolding, foldEffect, foldedRanges, unfoldEffect } from "@codemirror/language";

const long = 60; // lines, from which on folding saves more than it hides

/** Folds say which object they hide. */
export const folding = codeFolding({
  preparePlaceholder: (state, { from, to }) => {
    const text = state.sliceDoc(state.doc.lineAt(from).from, to); // A hand folds from the end of a line.
    const [kind, name] = [/^kind: *["']?(\w+)/m, /^metadata:(?:\n +.*)*?\n +name: *["']?([\w.-]+)/m].map((of) => of.exec(text)?.[1] ?? "");
    const lines = state.doc.lineAt(to).number - state.doc.lineAt(from).number + (from === state.doc.lineAt(from).from ? 1 : 0);
    return [`${kind} ${name}`.trim(), `${lines} ${lines === 1 ? "line" : "lines"}`].filter(Boolean).join(", ");
  },
  placeholderDOM: (_view, open, label) => {
    const button = document.createElement("span");
    button.className = "cm-foldPlaceholder";
    button.textContent = label;
    button.title = "Unfold";
    button.onclick = open;
    return button;
  },
});

// documents gives the first and last line of each document of a text.
function documents(doc) {
  const found = [];
  let first = 1;
  for (let n = 1; n <= doc.lines + 1; n++) {
    if (n <= doc.lines && !/^---(\s|$)/.test(doc.line(n).text)) continue;
    let [from, last] = [first, n - 1];
    while (from < last && /^\s*(#|$)/.test(doc.line(from).text)) from++;
    while (last > from && !doc.line(last).text.trim()) last--;
    if (last > from) found.push([from, last]);
    first = n + 1;
  }
  return found;
}

const folded = new WeakMap(); // what was folded here, by editor

/** Gives the effects that fold what has no part in some lines; without lines, unfold it. */
export function foldAround(view, lit) {
  const { state } = view;
  const now = new Set();
  foldedRanges(state).between(0, state.doc.length, (from, to) => void now.add(`${from} ${to}`));
  const own = (folded.get(view) ?? []).filter((range) => now.has(`${range.from} ${range.to}`));
  const caret = state.doc.lineAt(state.selection.main.head).number;
  const ranges = !lit.length || state.doc.lines < long ? [] : documents(state.doc)
    .filter(([first, last]) => !lit.some((part) => part.from <= last && part.to >= first) && !(view.hasFocus && first <= caret && caret <= last))
    .map(([first, last]) => ({ from: state.doc.line(first).from, to: state.doc.line(last).to }));
  const same = (a) => (b) => a.from === b.from && a.to === b.to;
  folded.set(view, ranges.filter((range) => own.some(same(range)) || !now.has(`${range.from} ${range.to}`)));
  return [
    ...own.filter((range) => !ranges.some(same(range))).map((range) => unfoldEffect.of(range)),
    ...ranges.filter((range) => !now.has(`${range.from} ${range.to}`)).map((range) => foldEffect.of(range)),
  ];
}
