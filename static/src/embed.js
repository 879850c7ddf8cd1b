// An embedded picture can be moved and zoomed, and tells the page around it how tall it
// would like to be.
import "./picture.js";

const height = () => Math.ceil(document.querySelector(".embed").scrollHeight);
if (parent !== window) {
  new ResizeObserver(() => parent.postMessage({ type: "netpolscope:height", height: height() }, "*"))
    .observe(document.querySelector(".embed"));
}
