(async () => {
  const menu = document.getElementById("take-menu").closest("details") || document.getElementById("take-menu");
  menu.open = true;
  const said = menu.querySelector("[data-copied]");
  const got = [];
  for (const button of menu.querySelectorAll("[data-copy]")) {
    await navigator.clipboard.writeText("");
    button.click();
    while (said.textContent === "…") await new Promise((ready) => setTimeout(ready, 20));
    const [item] = await navigator.clipboard.read();
    let begins = item.types.filter((type) => type !== "text/html").join();
    if (begins === "text/plain") begins = (await navigator.clipboard.readText()).split("\n")[0].slice(0, 20);
    got.push(`${said.textContent} ${begins}`);
  }
  return got;
})();
