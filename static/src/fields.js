// What may be written where: completion and documentation of every field of a
// NetworkPolicy, from the table that is generated from the Kubernetes types.
import { hoverTooltip } from "@codemirror/view";
import { snippet } from "@codemirror/autocomplete";
import { fieldAt, kindOf, pathTo, typeAt } from "./schema.js";
import snippets from "./snippets.js";

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
  const { key, column, doc } = fieldAt(view.state.doc, line.number) ?? {};
  if (!key || pos < line.from + column || pos > line.from + column + key.length) return null;
  return {
    pos: line.from + column,
    end: line.from + column + key.length,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-about";
      const title = document.createElement("b");
      title.textContent = `${key}  `;
      dom.append(title, doc);
      return { dom };
    },
  };
});
