// The editor: CodeMirror over the text areas of the form, which stay the truth.
//
// It lives in a shadow root, whose style sheets a strict content security policy lets
// it adopt. Findings and completions come from the server.
import "./app.js";
import { EditorSelection, EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { yaml } from "@codemirror/lang-yaml";
import { tags } from "@lezer/highlight";
import { areas, bench, change, eachAnswer, keep, offset } from "./page.js";
import { selectPart } from "./selection.js";
import { showFile } from "./tabs.js";
import { partAt, selectedLines } from "./parts.js";
import { findings } from "./findings.js";
import { completions, documentation } from "./fields.js";
import { foldAround, folding } from "./folds.js";

const look = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "var(--text-sm)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "var(--lead-code)", overflow: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--ink-3)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 2px", minWidth: "26px" },
  ".cm-foldGutter .cm-gutterElement": { color: "var(--ink-3)", width: "12px", cursor: "pointer" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sink)" },
  "&:not(.cm-focused) .cm-activeLine, &:not(.cm-focused) .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection": { backgroundColor: "var(--rule-strong)" },
  ".cm-marked": { backgroundColor: "var(--mark)" },
  ".cm-searchMatch": { backgroundColor: "var(--warning-wash)", outline: "1px solid var(--warning)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--mark)" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", borderTop: "1px solid var(--rule)" },
  ".cm-panel button, .cm-panel input": { font: "inherit", color: "inherit", backgroundImage: "none", backgroundColor: "var(--paper)", border: "1px solid var(--rule-strong)", borderRadius: "var(--r-2)" },
  ".cm-tooltip": { backgroundColor: "var(--raise)", color: "var(--ink)", border: "1px solid var(--rule-strong)", borderRadius: "var(--r-2)", boxShadow: "var(--shadow)", maxWidth: "420px", fontFamily: "var(--font-ui)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--ink)", color: "var(--ink-inverse)" },
  ".cm-completionInfo": { padding: "6px 10px", whiteSpace: "pre-line" },
  ".cm-about": { padding: "6px 10px", fontSize: "var(--text-sm)", lineHeight: "1.4", whiteSpace: "pre-line" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sink)", color: "var(--ink-2)", border: "1px solid var(--rule)", padding: "0 6px" },
  ".cm-diagnostic": { borderLeft: "0", padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warning)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--note)" },
  ".cm-diagnosticAction": { font: "inherit", fontWeight: "600", backgroundColor: "var(--ink)", color: "var(--ink-inverse)", borderRadius: "var(--r-2)", padding: "2px 8px", margin: "4px 0 0" },
  ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy 1px", textUnderlineOffset: "3px", textDecorationSkipInk: "none" },
  ".cm-lintRange-error": { textDecorationColor: "var(--error)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warning)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--note)", textDecorationStyle: "dotted" },
  ".cm-gutter-lint": { width: "18px" },
  ".cm-lint-marker": { width: "11px", height: "11px", margin: "2px" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--error)", clipPath: "polygon(30% 0, 70% 0, 100% 30%, 100% 70%, 70% 100%, 30% 100%, 0 70%, 0 30%)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--warning)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-lint-marker-info": { content: "normal", border: "1.5px solid var(--note)", borderRadius: "50%" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "2px" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--ink)", fontWeight: "600" },
  { tag: [tags.string, tags.content, tags.number, tags.bool, tags.null], color: "var(--ink-2)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation, tags.meta, tags.keyword, tags.typeName], color: "var(--ink-3)" },
]);

// The lines that the selection rests on are marked.
const mark = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const { doc } = transaction.state;
      lines = Decoration.set([...new Set(effect.value)].sort((a, b) => a - b).filter((n) => n >= 1 && n <= doc.lines)
        .map((n) => Decoration.line({ class: "cm-marked" }).range(doc.line(n).from)));
    }
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const editors = new Map(); // by text area

function mount(area) {
  const code = area.closest(".code");
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  code.append(host);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers({ domEventHandlers: { click: (view, block) => take(area, view.state.doc.lineAt(block.from).number) } }), foldGutter({ openText: "⌄", closedText: "›" }), folding, history(), drawSelection(), indentOnInput(), bracketMatching(),
        highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }),
        EditorState.tabSize.of(2), yaml(), syntaxHighlighting(colours), lintGutter(), marked, documentation,
        autocompletion({ override: [completions], icons: false }),
        keymap.of([{ key: "Ctrl-.", run: remedy }, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...searchKeymap, ...completionKeymap, ...lintKeymap, { key: "Escape", run: leave }]),
        EditorView.contentAttributes.of({ "aria-label": area.getAttribute("aria-label"), tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.selectionSet || update.docChanged) rest(area, update.view);
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          area.dispatchEvent(new Event("input", { bubbles: true }));
        }),
        look,
      ],
    }),
  });
  area.hidden = true;
  code.querySelector(".nums")?.setAttribute("hidden", "");
  code.classList.add("edited");
  editors.set(area, view);

  const at = (line, column) => offset(view.state.doc.toString(), line, column);
  area.addEventListener("netpolscope:goto", (event) => {
    event.preventDefault();
    const { range, focus } = event.detail;
    const from = at(range.line, range.column ?? 1);
    const to = range.endLine ? at(range.endLine, range.endColumn) : from;
    view.dispatch({
      ...(focus ? { selection: { anchor: from, head: to } } : {}),
      effects: [EditorView.scrollIntoView(from, { y: "center" }), mark.of([range.line])],
    });
    if (focus) view.focus();
  });
  area.addEventListener("netpolscope:change", (event) => {
    event.preventDefault();
    const changes = event.detail.edits.map((e) => ({ from: at(e.line, e.column), to: at(e.endLine, e.endColumn), insert: e.newText }));
    view.dispatch({ changes, scrollIntoView: true });
  });
  code.addEventListener("netpolscope:focus", () => view.focus());
}

// remedy carries out the remedy of the first finding at the caret.
function remedy(view) {
  const file = areas().indexOf([...editors].find(([, each]) => each === view)[0]);
  const line = view.state.doc.lineAt(view.state.selection.main.head).number;
  const finding = findings().find((f) => f.file === file && f.edits && !f.silenced && f.line <= line && line <= f.endLine);
  if (!finding) return false;
  change(finding.edits);
  return true;
}

// leave gives the focus to the tab of the file, as a way out of the editor by key.
function leave(view) {
  view.contentDOM.blur();
  document.querySelector("[data-tabs] [aria-selected=true]")?.focus();
  return true;
}

// take selects the rule or policy of a line whose number was pressed.
function take(area, line) {
  const part = partAt(areas().indexOf(area), line);
  if (part) selectPart(part.value);
  return Boolean(part);
}

// rest lights what the rule under the caret grants, once the caret rests there.
let resting;
function rest(area, view) {
  clearTimeout(resting);
  resting = setTimeout(() => {
    const part = partAt(areas().indexOf(area), view.state.doc.lineAt(view.state.selection.main.head).number);
    const value = part?.value ?? "";
    if (value === (document.querySelector("#state [name=caret]")?.value ?? "")) return;
    keep("caret", value);
    bench.dispatchEvent(new Event("edited"));
  }, 250);
}

function show() {
  const lit = selectedLines();
  const all = findings();
  const files = areas();
  editors.forEach((view, area) => {
    if (!area.isConnected) return editors.delete(area);
    const file = files.indexOf(area);
    const text = view.state.doc.toString();
    const diagnostics = all.filter((f) => f.file === file && !f.silenced).map((f) => {
      const from = offset(text, f.line, f.column);
      return {
        from,
        to: Math.max(from, offset(text, f.endLine, f.endColumn)),
        severity: f.severity,
        source: f.code,
        message: f.effect ? `${f.message}\nIf mended: ${f.effect}` : f.message,
        actions: f.edits ? [{ name: f.remedy, apply: () => change(f.edits) }] : [],
      };
    });
    view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
    view.dispatch({ effects: mark.of(lit.filter((part) => part.file === file).flatMap((part) => Array.from({ length: part.to - part.from + 1 }, (_, i) => part.from + i))) });
  });
}

// follow brings the lines of a new selection into view, and their file if none of them
// is in the one that is shown. The caret stays, and so does a text that is being written.
let followed = "";
function follow() {
  const { from, to, selected } = document.getElementById("answer")?.dataset ?? {};
  const selection = [from, to, selected].join(" ");
  if (selection === followed) return;
  followed = selection;
  const lit = selectedLines();
  const files = areas();
  if (document.activeElement?.matches(".editor")) return;
  editors.forEach((view, area) => {
    const effects = foldAround(view, lit.length ? lit.filter((part) => files[part.file] === area) : []);
    if (effects.length) view.dispatch({ effects });
  });
  if (!lit.length) return;
  const shown = files.findIndex((area) => area && !area.closest(".panel").hidden);
  // A rule says more than the first line of a policy.
  const part = [...lit].sort((a, b) => !a.value?.includes(":") - !b.value?.includes(":") || (a.file !== shown) - (b.file !== shown))[0];
  const area = files[part.file];
  if (part.file !== shown) showFile(area?.closest(".panel"));
  const view = editors.get(area);
  if (!view) return;
  const [first, last] = [part.from, part.to].map((n) => view.state.doc.line(Math.min(n, view.state.doc.lines)));
  view.dispatch({ effects: EditorView.scrollIntoView(EditorSelection.range(last.to, first.from), { y: "nearest", yMargin: 60 }) });
}

if (bench) {
  // A file is given its editor when it is shown: one for each of many would cost more
  // than it gives.
  const shown = (panel) => {
    const area = panel?.querySelector("textarea");
    if (area && !editors.has(area)) mount(area);
    editors.get(area)?.requestMeasure();
  };
  document.addEventListener("netpolscope:shown", (event) => {
    shown(event.target);
    show();
  });
  shown(bench.querySelector(".panel:not([hidden])"));
  eachAnswer(() => {
    show();
    follow();
  });
}
