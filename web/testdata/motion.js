// Opens another port of the database and gives what moves in the picture then, and what is
// left of it.
(async () => {
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", () => setTimeout(done), { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds")), 10000);
  });
  const area = document.querySelector("textarea[name=bundle]");
  const lines = area.value.split("\n");
  const line = lines.findLastIndex((text) => text.includes("3306")) + 1;
  const column = lines[line - 1].indexOf("3306") + 1;
  const next = answered();
  area.dispatchEvent(new CustomEvent("netpolscope:change", { cancelable: true, detail: { edits: [{ line, column, endLine: line, endColumn: column + 4, newText: "3307" }] } }));
  await next;
  const svg = document.querySelector("#picture > svg");
  const moving = () => [...new Set(svg.getAnimations({ subtree: true }).map((each) => {
    const g = each.effect.target.closest("g");
    return g.dataset.ports ? g.dataset.ports : g.hasAttribute("class") ? "a box" : "gone";
  }))].sort();
  const seen = moving();
  await Promise.all(svg.getAnimations({ subtree: true }).map((each) => each.finished));
  await new Promise((ready) => setTimeout(ready, 50));
  return [...seen, `then ${moving().length}`, `left ${svg.querySelectorAll("g[aria-hidden]:not([class])").length}`];
})();
