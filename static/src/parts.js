// Where policies and their rules are written, as the answer says it.

/** The parts of the texts that can be selected: value, file, first and last line. */
const parts = () => JSON.parse(document.getElementById("answer")?.dataset.rules || "[]")
  .map(([value, file, from, to]) => ({ value, file, from, to }));

// narrowest gives of some parts the one with the fewest lines.
const narrowest = (some) => some.sort((a, b) => a.to - a.from - (b.to - b.from))[0];

/** The rule, else the policy, in which a line stands. */
export const partAt = (file, line) => narrowest(parts().filter((p) => p.file === file && p.from <= line && line <= p.to));

/** The lines that the selection rests on: a policy, a rule, or what the explanation names. */
export function selectedLines() {
  const all = parts();
  const { selected } = document.getElementById("answer")?.dataset ?? {};
  if (selected) return all.filter((p) => p.value === selected);
  return [...document.querySelectorAll('#why .refs a[href^="#f"]')].flatMap((link) => {
    const [, file, line] = link.getAttribute("href").match(/^#f(\d+)-(\d+)$/).map(Number);
    // A rule is marked as a whole; of a policy that chooses, its first line is enough.
    const rule = narrowest(all.filter((p) => p.value.includes(":") && p.file === file && p.from <= line && line <= p.to));
    return [rule ?? { file, from: line, to: line }];
  });
}
