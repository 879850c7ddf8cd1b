// Buttons that copy the text beside them.
for (const button of document.querySelectorAll("[data-take]")) {
  button.addEventListener("click", async () => {
    const area = document.getElementById(button.dataset.take);
    area.select();
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(area.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl C";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
