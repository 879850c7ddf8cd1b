// An embedded picture can be moved and zoomed, and tells the page around it how tall it
// would like to be.
import "./picture.js";

const embed = document.querySelector(".embed");
const tell = () => parent.postMessage({ type: "netpolscope:height", height: Math.ceil(embed.scrollHeight) }, "*");
if (parent !== window) {
  tell(); // Browsers do not watch sizes in frames that are out of sight.
  new ResizeObserver(tell).observe(embed);
}
