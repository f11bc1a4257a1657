// Shows the result of what was decided so far, and chooses "in other words" when they are written.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("merge");
  const frame = form.querySelector(".merge__frame");
  const status = form.querySelector(".answer-editor__status");

  const ask = desk.lastWins(async () => {
    const body = new FormData(form);
    body.set("_preview", "1");
    try {
      const { page } = await desk.ask(location.href, body);
      const target = frame.contentDocument?.getElementById("preview");
      if (target) target.innerHTML = page;
      status.textContent = "";
    } catch (error) {
      status.textContent = `The result shown is an earlier one. ${error.message}`;
    }
  }, 250);

  form.addEventListener("input", (event) => {
    const { name } = event.target;
    if (name.startsWith("own-")) {
      form.querySelector(`[name="which-${CSS.escape(name.slice(4))}"][value=own]`).checked = true;
    }
    ask();
  });
  form.querySelector("[name=_show]").hidden = true;
});
