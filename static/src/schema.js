// Where a line of YAML stands in a NetworkPolicy. A text is anything that has a number of
// lines and gives each of them, counted from 1, as the editor's does.
import types from "./fields.json";

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

/** Follows a path through the table; gives undefined where it leads out of it. */
export function typeAt(path) {
  let type = types.NetworkPolicy;
  for (const key of path) type = types[type?.fields[key]?.type];
  return type;
}

/** Gives the kind of the document that a line stands in. */
export const kindOf = (doc, number) => {
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

/** Gives the field whose key stands in a line, with the column of the key and what is known of it. */
export function fieldAt(doc, number) {
  const { key, column } = take(doc.line(number).text);
  if (!key || kindOf(doc, number) !== "NetworkPolicy") return undefined;
  const field = typeAt(pathTo(doc, number))?.fields[key];
  return field && { key, column, doc: field.doc };
}
