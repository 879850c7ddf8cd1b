// What a selection has no part in is a line each, until nothing is selected.
(async () => {
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", done, { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds")), 10000);
  });
  const root = document.querySelector(".editor").shadowRoot;
  const settled = () => new Promise((ready) => setTimeout(ready, 100));
  const folds = () => [...root.querySelectorAll(".cm-foldPlaceholder")].map((each) => each.textContent).join("; ");
  const said = [];
  const marker = [...root.querySelectorAll(".cm-foldGutter .cm-gutterElement span")].filter((each) => each.title === "Fold line").at(-1);
  marker.dispatchEvent(new MouseEvent("click", { bubbles: true, clientY: marker.getBoundingClientRect().top + 4 }));
  await settled();
  said.push(`by hand: ${folds()}`);
  for (const part of ["shop/Deployment/web..shop/Deployment/api", "shop/Deployment/api..shop/StatefulSet/db"]) {
    const next = answered();
    document.querySelector(`table.mx button[value="${part}"]`).click();
    await next;
    await settled();
    said.push(`${part}: ${folds()}`);
  }
  const next = answered();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await next;
  await settled();
  said.push(`cleared: ${folds()}`);
  return said;
})();
