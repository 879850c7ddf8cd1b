// A finding leads to its place in the text, and its remedy is carried out there.
import { change, goTo } from "./page.js";

const number = (name) => (finding) => Number(finding.dataset[name]);

/** The findings on the page, with their places and remedies. */
export function findings() {
  return [...document.querySelectorAll("#findings [data-line]")].map((element) => ({
    element,
    file: number("file")(element),
    line: number("line")(element),
    column: number("column")(element),
    endLine: number("endLine")(element),
    endColumn: number("endColumn")(element),
    severity: element.dataset.severity,
    code: element.dataset.code,
    effect: element.dataset.effect ?? "",
    silenced: "silenced" in element.dataset,
    message: element.querySelector("p")?.textContent ?? "",
    edits: element.dataset.edits ? JSON.parse(element.dataset.edits) : null,
    remedy: element.querySelector("[data-fix]")?.textContent.trim() ?? "",
  }));
}

document.addEventListener("click", (event) => {
  const element = event.target.closest?.("#findings [data-line]");
  if (!element) return;
  const finding = findings().find((f) => f.element === element);
  if (event.target.closest("[data-fix]") && finding.edits) {
    event.preventDefault();
    change(finding.edits);
  } else if (!event.target.closest("a, button")) {
    goTo(finding.file, finding, false);
  }
});

/** Goes to the finding after, or before, the last one that was gone to. */
let at = -1;
export function nextFinding(step) {
  const all = findings();
  if (!all.length) return;
  at = (at + step + all.length) % all.length;
  goTo(all[at].file, all[at]);
}
