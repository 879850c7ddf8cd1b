// A worksheet has a button to print it, where the menu of the browser does the same.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
