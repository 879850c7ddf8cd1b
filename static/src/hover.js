// What a field of a policy means, over every YAML that is not in an editor.
import { fieldAt } from "./schema.js";

const written = ".code-lines li, .lines li, .code-lines pre, pre.marked-code, textarea[name=bundle]";

// lineUnder gives the lines of a text and the number of the one that the pointer is over.
function lineUnder(part, event) {
  if (part.matches("li")) {
    const lines = [...part.parentElement.querySelectorAll(":scope > li:not(.mark)")];
    return { lines: lines.map((li) => li.textContent), number: lines.indexOf(part) + 1 };
  }
  const { lineHeight, paddingTop } = getComputedStyle(part);
  const down = event.clientY - part.getBoundingClientRect().top + part.scrollTop - parseFloat(paddingTop);
  return { lines: (part.value ?? part.textContent).split("\n"), number: Math.floor(down / parseFloat(lineHeight)) + 1 };
}

document.addEventListener("pointermove", (event) => {
  const part = event.target.closest?.(written);
  if (!part) return;
  const { lines, number } = lineUnder(part, event);
  const field = number >= 1 && number <= lines.length && fieldAt({ lines: lines.length, line: (n) => ({ text: lines[n - 1] }) }, number);
  const title = field ? `${field.key}: ${field.doc}` : "";
  if (part.title !== title) part.title = title;
});
