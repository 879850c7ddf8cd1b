// Works at the desk as a person does, and tells what came of it.
(async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const answered = () => new Promise((done, fail) => {
    document.addEventListener("netpolscope:answer", done, { once: true });
    setTimeout(() => fail(new Error("no answer within 10 seconds")), 10000);
  });
  const text = () => document.querySelector("textarea[name=bundle]").value;
  const cell = (title) => document.querySelector(`table.mx td button[value="${title}"]`)?.textContent.trim() ?? "";
  const content = document.querySelector(".editor").shadowRoot.querySelector(".cm-content");
  const seen = {};

  // An arrow of the picture is chosen: the explanation and both boxes show it.
  let next = answered();
  document.querySelector('g.edge.request[data-from="shop/Pod/web"]').dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await next;
  seen.Verdict = document.querySelector(".verdict").textContent.trim();
  seen.Selected = document.querySelectorAll("g.node.sel").length;
  seen.Before = cell("shop/Pod/web..shop/Pod/db");

  // Typing changes the answer, and the time from the key to it is taken.
  content.focus();
  const times = [];
  for (let i = 0; i < (window.edits ?? 9); i++) {
    const began = performance.now();
    next = answered();
    document.execCommand("insertText", false, i === 0 ? "# " : "x");
    await next;
    times.push(performance.now() - began);
  }
  seen.Median = times.sort((a, b) => a - b)[times.length >> 1];
  seen.Typed = text().split("\n")[0];
  seen.Kept = document.querySelector(".verdict").textContent.trim();

  // Broken text leaves the last answer, greyed, and shows the finding.
  next = answered();
  document.execCommand("insertText", false, "\n\tbroken: true\n");
  await next;
  await pause(800);
  seen.Ghost = document.getElementById("answer").classList.contains("ghost");
  seen.Picture = document.querySelectorAll("[data-picture] g.node").length > 0;
  seen.Finding = document.querySelector("#findings p").textContent;

  // Its remedy mends the text in the editor, and the answer is back.
  next = answered();
  document.querySelector("#findings [data-fix]").click();
  await next;
  seen.Mended = !text().includes("\t");
  return seen;
})()
