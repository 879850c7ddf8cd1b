// Keys of the desk: Ctrl Enter asks, F8 goes from finding to finding, and in the picture
// + and - zoom and 0 fits.
import { bench } from "./page.js";
import { nextFinding } from "./findings.js";
import { picture } from "./picture.js";

const zoom = {
  "+": (window) => window.zoom(1 / 1.25),
  "-": (window) => window.zoom(1.25),
  0: (window) => window.fit(),
};

document.addEventListener("keydown", (event) => {
  if (!bench) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && command) {
    event.preventDefault();
    bench.requestSubmit();
  } else if (event.key === "F8") {
    event.preventDefault();
    nextFinding(event.shiftKey ? -1 : 1);
  } else if (zoom[event.key] && !command && !event.altKey && event.target.closest?.("[data-picture]") && picture()) {
    event.preventDefault();
    zoom[event.key](picture());
  }
});
