// Typing asks the server, and the answer grows into the page: what stays the same keeps
// its place, focus and scroll. Of several questions only the last one counts.
import htmx from "htmx.org";
import { bench } from "./page.js";

const PAUSE = 150; // ms after the last key
const GRACE = 600; // ms after which an old picture under broken text is greyed

// keepLast leaves the last answer, grey, and says why there is no newer one.
function keepLast(why) {
  answer().classList.add("ghost");
  answer().dataset.offline = "";
  const note = answer().querySelector(".stale span");
  if (note) note.textContent = why;
}

const answer = () => document.getElementById("answer");
let timer, stale;

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => bench.dispatchEvent(new Event("edited")), PAUSE);
}

if (bench && answer()) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[name=bundle], [data-later]")) later();
  });

  // Downloads and new files leave the page as they do without script.
  bench.addEventListener("submit", (event) => {
    const elsewhere = event.submitter?.hasAttribute("formaction") || event.submitter?.hasAttribute("data-whole");
    if (elsewhere || bench.querySelector("input[type=file]")?.files.length) event.stopImmediatePropagation();
    else clearTimeout(timer);
  }, { capture: true });

  document.addEventListener("htmx:before:request", () => answer().setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:finally:request", () => {
    answer().removeAttribute("aria-busy");
  });

  // While the text cannot be read the last good answer stays; only the findings follow.
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    clearTimeout(stale);
    if (ctx.response?.status >= 400) {
      // A page that says why there is no answer: what it says is shown, not the page.
      const page = tasks[0]?.fragment;
      const said = [...(page?.querySelectorAll("h1 bdi, .page h1, .prose p:first-child") ?? [])].map((part) => part.textContent.trim().replace(/\.?$/, ".")).join(" ");
      tasks.length = 0;
      return keepLast(`${said || "The server does not answer this."} This is the last answer.`);
    }
    const broken = tasks[0]?.fragment?.querySelector?.("#answer")?.hasAttribute("data-broken");
    const typing = ctx.sourceEvent?.type === "edited";
    if (!broken || !typing || answer().hasAttribute("data-broken")) return;
    tasks.shift();
    stale = setTimeout(() => answer().classList.add("ghost"), GRACE);
  });
  document.addEventListener("htmx:after:swap", () => {
    document.dispatchEvent(new Event("netpolscope:answer"));
    remember();
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.error?.name !== "AbortError") keepLast("The server cannot be reached. This is the last answer.");
  });

  // A switch needs no second press.
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name=off], [data-now]")) bench.requestSubmit();
  });
}

const looks = ["view", "by", "fold", "ns", "focus", "find", "dir", "path", "port", "theme", "off", "repaired", "only", "exposure", "kubernetes", "cni"];

// remember puts the view into the address, so that it can be read there and a link to
// the same example or link shows the same.
function remember() {
  const form = new FormData(bench);
  const fields = new URLSearchParams();
  for (const name of looks) {
    const values = form.getAll(name).filter(Boolean);
    for (const value of ["off", "ns", "repaired"].includes(name) ? values : values.slice(-1)) fields.append(name, value);
  }
  const marks = form.getAll("show").filter((word) => word !== "none").join(",") || "none";
  if (form.has("show") && marks !== form.get("was")) fields.set("show", marks);
  const { from, to, selected } = answer().dataset;
  if (selected) fields.set("select", selected);
  else if (from && to) fields.set("select", `${from}..${to}`);
  else if (from || to) fields.set(from ? "from" : "to", from || to);
  const query = fields.toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

export default htmx;
