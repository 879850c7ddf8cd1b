// Moves the pointer over lines and gives what is said about their fields.
(async () => {
  const said = [];
  const over = (part, clientY) => {
    part.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientY }));
    said.push(part.title.split(/[.;]/)[0]);
  };
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const li of document.querySelectorAll(".code-lines li, .lines li, .code-lines pre, pre.marked-code")) {
    if (li.matches("pre")) {
      const at = li.textContent.split("\n").findIndex((line) => /^ *podSelector:/.test(line));
      const { paddingTop, lineHeight } = getComputedStyle(li);
      if (at >= 0) over(li, li.getBoundingClientRect().top + parseFloat(paddingTop) + (at + 0.5) * parseFloat(lineHeight));
    } else if (/^ *(podSelector|policyTypes|ingress):/.test(li.textContent)) over(li, li.getBoundingClientRect().top + 2);
    if (said.length === 2) break;
  }
  const area = document.querySelector("textarea[name=bundle]");
  if (area) {
    area.value = "kind: NetworkPolicy\nspec:\n  ingress:\n  - from:\n";
    const top = area.getBoundingClientRect().top + parseFloat(getComputedStyle(area).paddingTop);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    over(area, top + 3.5 * height);
  }
  return said;
})();
