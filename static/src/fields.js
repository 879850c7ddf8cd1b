// What may be written where: completion and documentation of every field of a
// NetworkPolicy, from the table that is generated from the Kubernetes types.
import { hoverTooltip } from "@codemirror/view";
import { snippet } from "@codemirror/autocomplete";
import types from "./fields.json";
import snippets from "./snippets.js";

const entry = /^(\s*)((?:- +)*)(?:"?([\w./-]+)"?:(?=\s|$))?/;

// take reads a line: where its key stands, and where the dash of a list before it.
function take(text) {
  const [all, space, dashes, key] = entry.exec(text);
  const column = space.length + dashes.length;
  return { column, dash: dashes ? space.length : -1, lastDash: dashes ? column - (dashes.length - dashes.lastIndexOf("-")) : -1, key, blank: /^\s*(#|$)/.test(text), all };
}

/** Gives the keys that lead from the top of the document to a line, its own left out. */
export function pathTo(doc, number) {
  const path = [];
  let { column, dash } = take(doc.line(number).text);
  let limit = dash >= 0 ? dash : column - 1; // the rightmost column of the parent's key
  for (let n = number - 1; n >= 1; n--) {
    const text = doc.line(n).text;
    if (/^---(\s|$)/.test(text)) break;
    const line = take(text);
    if (line.blank) continue;
    if (line.column === column && line.dash >= 0 && line.dash < column) limit = Math.min(limit, line.dash); // the first key of this item
    else if (line.key && line.column <= limit) {
      path.unshift(line.key);
      column = line.column;
      limit = line.dash >= 0 ? line.dash : column - 1;
    }
  }
  return path;
}

// typeAt follows a path through the table; undefined where it leads out of it.
function typeAt(path) {
  let type = types.NetworkPolicy;
  for (const key of path) type = types[type?.fields[key]?.type];
  return type;
}

const kindOf = (doc, number) => {
  for (let n = number; n <= doc.lines; n++) {
    const text = doc.line(n).text;
    if (n > number && /^---(\s|$)/.test(text)) break;
    const kind = /^kind:\s*(\S+)/.exec(text);
    if (kind) return kind[1];
  }
  for (let n = number - 1; n >= 1; n--) {
    const text = doc.line(n).text;
    if (/^---(\s|$)/.test(text)) break;
    const kind = /^kind:\s*(\S+)/.exec(text);
    if (kind) return kind[1];
  }
  return "";
};

const values = {
  policyTypes: ["Ingress", "Egress"],
  protocol: ["TCP", "UDP", "SCTP"],
  operator: ["In", "NotIn", "Exists", "DoesNotExist"],
  kind: ["NetworkPolicy", "Namespace", "Pod", "Deployment", "Service"],
  apiVersion: ["networking.k8s.io/v1", "v1", "apps/v1"],
};

/** Completions for the editor. */
export function completions(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const value = /^\s*(?:- +)*([\w./-]+):\s+\[?([\w./-]*)$/.exec(before) ?? /^\s*(?:- +)()([\w./-]*)$/.exec(before);
  const path = pathTo(context.state.doc, line.number);
  const foreign = kindOf(context.state.doc, line.number);
  const known = foreign === "" || foreign === "NetworkPolicy";
  const name = value?.[1] || path.at(-1);
  if (value && values[name] && (known || name === "kind" || name === "apiVersion")) {
    return { from: context.pos - value[2].length, options: values[name].map((label) => ({ label, type: "constant" })) };
  }
  const key = /^\s*(?:- +)*([\w./-]*)$/.exec(before);
  if (!key || !known || !(key[1] || context.explicit)) return null;
  const type = typeAt(path);
  const options = Object.entries(type?.fields ?? {}).map(([label, field]) => ({
    label, type: "property", info: field.doc, apply: `${label}:${field.type || field.list ? "" : " "}`,
  }));
  if (path.length === 0 && before === key[1]) {
    options.push(...snippets.map((s) => ({ label: s.label, detail: s.detail, type: "text", apply: snippet(s.text), boost: -1 })));
  }
  return options.length ? { from: context.pos - key[1].length, options, validFor: /^[\w./-]*$/ } : null;
}

/** Documentation of the field under the pointer. */
export const documentation = hoverTooltip((view, pos) => {
  const line = view.state.doc.lineAt(pos);
  const { key, column } = take(line.text);
  if (!key || pos < line.from + column || pos > line.from + column + key.length) return null;
  if (kindOf(view.state.doc, line.number) !== "NetworkPolicy") return null;
  const field = typeAt(pathTo(view.state.doc, line.number))?.fields[key];
  if (!field) return null;
  return {
    pos: line.from + column,
    end: line.from + column + key.length,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-about";
      const title = document.createElement("b");
      title.textContent = `${key}  `;
      dom.append(title, field.doc);
      return { dom };
    },
  };
});
