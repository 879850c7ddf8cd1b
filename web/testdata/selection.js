// Selects a rule by its line, lights one by the caret, and walks through the table.
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", done, { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds")), 10000);
  });
  const press = (key, more) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  const root = document.querySelector(".editor").shadowRoot;
  const lit = () => [...document.querySelectorAll("table.mx td.lit button")].map((button) => button.value);
  const seen = {};

  // The number of a line selects the rule in which it stands.
  let next = answered();
  const number = [...root.querySelectorAll(".cm-lineNumbers .cm-gutterElement")].find((each) => each.textContent === "9");
  number.dispatchEvent(new MouseEvent("click", { bubbles: true, clientY: number.getBoundingClientRect().top + 4 }));
  await next;
  seen.Selected = document.getElementById("answer").dataset.selected;
  seen.Said = document.querySelector("#why .sentence").textContent.trim();
  seen.Lit = lit();
  seen.Arrows = document.querySelectorAll("g.edge.lit").length;
  seen.Marked = root.querySelectorAll(".cm-marked").length;
  seen.Findings = [...document.querySelectorAll("#findings .on")].every((each) => each.textContent.includes("shop/db"));
  seen.Query = location.search;

  // Escape takes it back.
  next = answered();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await next;
  seen.Cleared = document.getElementById("answer").dataset.selected + location.search + lit().length;

  // The caret lights what its rule grants, and selects nothing.
  root.querySelector(".cm-content").focus();
  next = answered();
  for (let i = 0; i < 8; i++) root.querySelector(".cm-content").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
  await next;
  seen.Caret = lit();
  seen.Address = location.search;

  // The table is one stop; its keys walk through it.
  seen.Stops = document.querySelectorAll('table.mx td button[tabindex="0"]').length;
  document.querySelector('table.mx td button[tabindex="0"]').focus();
  const walked = [];
  for (const [key, more] of [["ArrowRight"], ["ArrowDown"], ["Home"], ["End"], ["Home", { ctrlKey: true }], ["ArrowLeft"]]) {
    press(key, more);
    walked.push(document.activeElement.value);
  }
  seen.Walked = walked;

  // So is the picture.
  seen.Parts = document.querySelectorAll('#picture svg.np g[tabindex="0"]').length;
  document.getElementById("picture").focus();
  const parts = [];
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home"]) {
    press(key);
    const { entity, from, to } = document.activeElement.dataset;
    parts.push(entity ?? (from ? `${from} > ${to}` : document.activeElement.id));
  }
  seen.Through = parts;

  // Keys of one letter work, and can be turned off.
  document.activeElement.blur();
  press("?");
  seen.Dialog = document.getElementById("keys").open;
  document.querySelector("#keys .btn").click();
  await pause(50);
  press("m");
  seen.Matrix = document.activeElement.matches("table.mx button");
  document.querySelector("[data-single]").click();
  document.activeElement.blur();
  press("?");
  seen.Off = !document.getElementById("keys").open;
  document.querySelector("[data-single]").click();
  return seen;
})()
