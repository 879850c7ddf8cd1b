// The fields of the probe, and what the switches say after an answer.
import { ask, eachAnswer } from "./page.js";

// A field of the probe asks when it is left, when a name was picked, and by Enter.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("[data-ask]")) return;
  event.preventDefault();
  ask();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-ask]")) ask();
});

// An answer grows into the page, and what was typed or pressed would outlive it: fields and
// switches show what the answer says, but for the one that is being typed in.
eachAnswer(() => {
  for (const box of document.querySelectorAll("input[name=off], input[name=repaired], input[name=only]")) box.checked = box.defaultChecked;
  for (const field of document.querySelectorAll("[data-ask]")) {
    if (field !== document.activeElement) field.value = field.defaultValue;
  }
});
