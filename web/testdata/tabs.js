// Works with the files of the desk, and tells what came of each step.
(async () => {
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", done, { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds")), 10000);
  });
  const tabs = () => [...document.querySelectorAll("[role=tab]")].map((tab) => (tab.getAttribute("aria-selected") === "true" ? `[${tab.textContent}]` : tab.textContent)).join(" ");
  const act = (name) => document.querySelector(`[data-file=${name}]`).click();
  const entities = () => document.querySelectorAll("table.mx tbody tr").length;
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const seen = [];
  const note = (what) => seen.push(`${what}: ${tabs()}, ${entities()} rows`);

  note("begin");
  act("new");
  const content = document.querySelector(".panel:not([hidden]) .editor").shadowRoot.querySelector(".cm-content");
  content.focus();
  let next = answered();
  document.execCommand("insertText", false, "{apiVersion: v1, kind: Pod, metadata: {name: typed, namespace: shop}}");
  await next;
  note("new file");

  act("rename");
  next = answered();
  const field = document.querySelector(".renaming");
  field.value = "b.yaml";
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await next;
  note("renamed");
  press("ArrowLeft");
  note("left");
  press("End");
  note("end");

  next = answered();
  act("remove");
  await next;
  note("removed");
  next = answered();
  document.querySelector(".undo-bar button").click();
  await next;
  note("undone");

  next = answered();
  act("clear");
  await next;
  note("cleared");
  seen.push(document.getElementById("picture").textContent.trim());
  next = answered();
  act("undo");
  await next;
  note("undone");

  const input = document.querySelector("[data-drop] input");
  const chosen = new DataTransfer();
  chosen.items.add(new File(["{apiVersion: v1, kind: Pod, metadata: {name: chosen, namespace: shop}}"], "c.yaml"));
  input.files = chosen.files;
  next = answered();
  input.dispatchEvent(new Event("change", { bubbles: true }));
  await next;
  note("chosen");

  next = answered();
  document.querySelector('a[data-example][href$="and-or"]').click();
  await next;
  note("example");
  seen.push(location.pathname);
  return seen;
})()
