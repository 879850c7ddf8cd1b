// Keys of the desk. Those of a single letter work outside text fields only, and can be
// turned off.
import { bench } from "./page.js";
import { nextFinding } from "./findings.js";
import { picture } from "./picture.js";
import { closeMenu } from "./menus.js";
import { showRegion } from "./regions.js";
import { clearSelection } from "./selection.js";
import { cell } from "./table.js";

const KEPT = "netpolscope.keys";
const dialog = document.getElementById("keys");
const choice = dialog?.querySelector("[data-single]");

if (choice) {
  try {
    choice.checked = localStorage.getItem(KEPT) !== "off";
  } catch { /* a browser may keep nothing */ }
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, choice.checked ? "on" : "off");
    } catch { /* then it lasts as long as the page */ }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the shade around it
  });
}

function focus(region, element) {
  showRegion(region);
  element?.focus();
}
const press = (selector) => document.querySelector(selector)?.click();
const view = (n) => () => document.querySelectorAll(".strip [name=view]")[n]?.click();

const single = {
  1: view(0), 2: view(1), 3: view(2), 4: view(3), 5: view(4),
  e() {
    showRegion("text");
    document.querySelector(".panel:not([hidden]) .code")?.dispatchEvent(new Event("netpolscope:focus"));
  },
  f: () => focus("findings", document.querySelector("#findings .list")),
  p: () => focus("picture", document.getElementById("picture")),
  m: () => focus("matrix", cell() ?? document.getElementById("matrix")),
  w: () => focus("why", document.getElementById("why")),
  c: () => focus("why", document.querySelector("#why [name=from]")),
  b: () => press("[data-key=b]"),
  a: () => press("[data-key=a]"),
  o: () => press("[data-key=o]"),
  "/": () => focus("picture", document.querySelector(".find")),
  "?": () => dialog?.showModal(),
  "+": () => picture()?.zoom(1 / 1.25),
  "-": () => picture()?.zoom(1.25),
  0: () => picture()?.fit(),
};

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-dialog=keys]")) dialog?.showModal();
});

document.addEventListener("keydown", (event) => {
  if (!bench || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  const writing = event.target.closest?.("input:not([type=checkbox]), textarea, select, .editor");
  if (event.key === "Enter" && command) {
    event.preventDefault();
    bench.requestSubmit();
  } else if (event.key === "F8") {
    event.preventDefault();
    nextFinding(event.shiftKey ? -1 : 1);
  } else if (event.key === "Escape") {
    if (dialog?.open || document.fullscreenElement || event.target.closest?.(".editor")) return;
    if (closeMenu() || clearSelection()) event.preventDefault();
  } else if (single[event.key] && choice?.checked && !command && !event.altKey && !writing && !dialog?.open) {
    event.preventDefault();
    single[event.key]();
  }
});
