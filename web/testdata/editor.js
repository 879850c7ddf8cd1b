// Uses the editor: it scrolls itself, searches, folds, completes and explains fields.
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = async (found) => {
    for (let i = 0; i < 100 && !found(); i++) await pause(50);
    return found();
  };
  const root = () => document.querySelector(".panel:not([hidden]) .editor").shadowRoot;
  const content = () => root().querySelector(".cm-content");
  const press = (key, code, more) => content().dispatchEvent(new KeyboardEvent("keydown", { key, keyCode: code, bubbles: true, cancelable: true, ...more }));
  const seen = {};
  const scroller = root().querySelector(".cm-scroller");
  seen.Scrolls = scroller.clientHeight < innerHeight && scroller.scrollHeight > scroller.clientHeight;

  content().focus();
  for (let i = 0; i < 16; i++) press("ArrowDown", 40);
  press("{", 219, { ctrlKey: true, shiftKey: true });
  seen.Folds = Boolean(await until(() => root().querySelector(".cm-foldPlaceholder")));
  press("}", 221, { ctrlKey: true, shiftKey: true });
  seen.Unfolds = await until(() => !root().querySelector(".cm-foldPlaceholder"));

  press("f", 70, { ctrlKey: true });
  seen.Searches = Boolean(await until(() => root().querySelector(".cm-search")));
  press("Escape", 27);

  document.querySelector("[data-file=new]").click();
  await pause(100);
  content().focus();
  for (const letter of "allow-dns") {
    document.execCommand("insertText", false, letter);
    await pause(20);
  }
  seen.Completes = (await until(() => root().querySelector(".cm-tooltip-autocomplete li")))?.textContent ?? "";
  await pause(150); // a list that has just come does not take a key yet
  press("Enter", 13);
  await until(() => content().textContent.includes("k8s-app"));
  seen.Snippet = document.querySelector(".panel:not([hidden]) textarea").value.includes("k8s-app: kube-dns");

  // The pointer itself is moved by the test.
  const key = [...root().querySelectorAll(".cm-line")].find((each) => each.textContent.trim().startsWith("podSelector"));
  const where = key.querySelector("span").getBoundingClientRect();
  Object.assign(seen, { X: where.left + 12, Y: where.top + 8 });
  return seen;
})()
