// A suggestion is made in the text itself, as one step that the editor can undo, and can
// be taken back with a button too.
import { areas, change, eachAnswer } from "./page.js";

let before = null; // the texts as they were

document.addEventListener("click", (event) => {
  const apply = event.target.closest?.("button[name=apply][data-edits]");
  const edits = JSON.parse(apply?.dataset.edits || "[]");
  if (edits.length) {
    event.preventDefault();
    before = areas().map((area) => area.value);
    change(edits);
  } else if (before && event.target.closest?.("[data-undo]")) {
    areas().forEach((area, file) => area.value !== before[file] && restore(area, file));
    before = null;
  }
});

// restore puts the old text of a file in the place of all of it.
function restore(area, file) {
  const lines = area.value.split("\n");
  const endColumn = [...lines.at(-1)].length + 1;
  change([{ file, line: 1, column: 1, endLine: lines.length, endColumn, newText: before[file] }]);
}

eachAnswer(() => {
  const undo = document.querySelector("[data-undo]");
  if (undo) undo.hidden = !before;
});
