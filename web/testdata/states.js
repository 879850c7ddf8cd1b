// What a test does on a page to bring it into a state.
window.bring = {
  menu: (id) => { document.getElementById(id).open = true; },
  keys: () => document.getElementById("keys").showModal(),
  busy: () => document.getElementById("answer").setAttribute("aria-busy", "true"),
  over: () => document.querySelector(".col-text").classList.add("over"),
  split: () => document.querySelector("[data-split=lower]").focus(),
  region: (name) => document.querySelector(`#dock [data-region=${name}]`).click(),
  async type(text) {
    const content = document.querySelector(".panel:not([hidden]) .editor").shadowRoot.querySelector(".cm-content");
    content.focus();
    document.execCommand("insertText", false, text);
    await new Promise((done) => setTimeout(done, 1200));
  },
  async clear() {
    document.querySelector("[data-file=clear]").click();
    await new Promise((done) => setTimeout(done, 600));
  },
  async refused() {
    const page = await (await fetch("/nowhere")).text();
    const ask = window.fetch;
    window.fetch = async () => new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
    document.getElementById("bench").requestSubmit();
    await new Promise((done) => setTimeout(done, 600));
    window.fetch = ask;
    const said = document.querySelector(".ghost .stale span")?.textContent ?? "";
    if (!said.includes("/nowhere") || !document.querySelector("#answer #picture")) throw new Error(`the page says ${said}`);
  },
  async offline() {
    window.fetch = () => Promise.reject(new TypeError("the network is gone"));
    document.getElementById("bench").requestSubmit();
    await new Promise((done) => setTimeout(done, 600));
  },
};
true
