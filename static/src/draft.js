// The texts of an exercise while they are written: numbers for new lines, and what was
// written comes back when the reader was at another step of the lesson meanwhile. It is
// kept as long as the tab is open.
const form = document.getElementById("exercise");
const texts = [...(form?.querySelectorAll("textarea") ?? [])];
const key = `netpolscope.draft.${location.pathname}.${form?.elements.namedItem("round")?.value ?? "1"}`;

const storage = (does) => {
  try {
    return does(sessionStorage);
  } catch {
    return null; // the browser keeps nothing for this site
  }
};

const number = (text) => {
  const count = text.value.split("\n").length;
  const list = text.closest(".code").querySelector(".nums");
  while (list.childElementCount < count) list.append(Object.assign(document.createElement("li"), { textContent: list.childElementCount + 1 }));
  text.rows = Math.max(count, 4);
};

const keep = () => storage((s) => s.setItem(key, JSON.stringify(texts.map((text) => text.value))));

if (texts.length) {
  const answered = document.querySelector("#result");
  const drafts = answered ? null : storage((s) => JSON.parse(s.getItem(key) ?? "null"));
  if (Array.isArray(drafts) && drafts.length === texts.length && drafts.some((draft, i) => draft !== texts[i].defaultValue)) {
    texts.forEach((text, i) => {
      text.value = drafts[i];
    });
    const note = document.createElement("p");
    note.className = "muted";
    note.setAttribute("role", "status");
    note.textContent = "This is what you wrote before. “Begin again” drops it.";
    form.querySelector(".actions").before(note);
  }
  if (answered) keep();
  for (const text of texts) {
    number(text);
    text.addEventListener("input", () => {
      number(text);
      keep();
    });
  }
  form.querySelector("[data-begin]")?.addEventListener("click", () => storage((s) => s.removeItem(key)));
}

// How many predictions are still to be made, and which comes next.
const guesses = document.querySelector("form:has(.guess)");
if (guesses) {
  const left = document.createElement("span");
  left.className = "muted";
  left.setAttribute("role", "status");
  guesses.querySelector(".actions .btn").after(left);
  const tell = () => {
    const open = [...guesses.querySelectorAll("fieldset")].filter((x) => !x.querySelector(":checked"));
    left.textContent = open.length ? `${open.length} to go: ${open[0].querySelector("legend").textContent.trim()}` : "";
  };
  guesses.addEventListener("change", tell);
  tell();
}
