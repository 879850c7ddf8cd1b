// Switches a policy off and on, probes a connection, makes a suggestion and takes it back,
// and tells what was seen at each step.
(async () => {
  const steps = [];
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", done, { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds after: " + steps.join(" / "))), 10000);
  });
  const after = async (act) => {
    const next = answered();
    act();
    await next;
  };
  const text = (selector) => document.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "nothing";
  const all = (selector) => document.querySelectorAll(selector).length;
  const cell = (pair) => text(`table.mx td:has(button[value="${pair}"])`);
  const written = () => document.querySelector("textarea[name=bundle]").value;
  const query = () => new URLSearchParams(location.search);

  const original = written();

  await after(() => document.querySelector('input[name=off][value="shop/db"]').click());
  steps.push(`off: ${text(".changes .chip")}; ${cell("world..shop/Pod/db")}; ${all("g.opened") > 0}; ${query().getAll("off")}`);
  await after(() => document.querySelector("input[name=only]").click());
  steps.push(`only: ${all("td.quiet") > 0}; ${all("g.same") > 0}; ${query().get("only")}`);
  await after(() => document.querySelector("button[name=reset]").click());
  steps.push(`as written: ${text(".changes")}; ${cell("world..shop/Pod/db")}; ${all("g.opened, g.same, td.quiet")}; ${query().getAll("off").length}`);

  const field = (name) => document.querySelector(`.ask-row input[name=${name}]`);
  field("from").value = "shop/web";
  field("to").value = "shop/db";
  field("port").value = "80";
  field("port").focus();
  await after(() => field("port").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })));
  steps.push(`probe: ${text(".outcome")}; ${all("g.edge.blocked")} cross; ${all("g.node.sel")} boxes; ${all("td.sel")} cell; ${query().get("port")}`);

  await after(() => document.querySelector(".suggestion button[name=apply]").click());
  steps.push(`apply: ${text(".outcome")}; ${written() !== original}; ${document.querySelector("[data-undo]").hidden}`);
  await after(() => document.querySelector("[data-undo] button").click());
  steps.push(`undo: ${text(".outcome")}; ${written() === original}; ${document.querySelector("[data-undo]").hidden}`);
  return steps;
})()
