// For pages that embed pictures: gives each frame the height that it asks for.
addEventListener("message", ({ source, data }) => {
  if (data?.type !== "netpolscope:height" || !(data.height > 0)) return;
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentWindow === source) frame.style.height = `${Math.min(data.height, 2000)}px`;
  }
});
