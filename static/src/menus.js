// Menus close by themselves: after Escape, a press elsewhere, or when the focus leaves.
// What is taken away is copied, where the browser lets us.
import { bench } from "./page.js";

const open = () => document.querySelector(".menu[open]");

document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
  else if (menu && event.target.closest(".acts-of button, .acts-of a")) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target) && event.target !== document.body) menu.open = false;
});

/** Closes the menu that is open, and gives the focus back; reports whether there was one. */
export function closeMenu() {
  const menu = open();
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const said = document.querySelector("[data-copied]");
  const name = button.getAttribute("aria-label").replace("Copy: ", "");
  said.textContent = "…";
  try {
    const asked = fetch(button.dataset.copy, { method: "POST", body: new FormData(bench) }).then((answer) => {
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return answer.blob();
    });
    if (button.dataset.kind === "image") await navigator.clipboard.write([new ClipboardItem({ "image/png": asked })]);
    else await navigator.clipboard.writeText(await (await asked).text());
    said.textContent = `${name} is in the clipboard.`;
  } catch (problem) {
    said.textContent = `${name} could not be copied (${problem.message}). Open it instead.`;
  }
});
