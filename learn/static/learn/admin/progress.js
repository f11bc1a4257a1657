// Looks every two seconds how far a run is and shows it in place, so that the focus stays where it
// is and a screen reader reads only what is new. Without script the page loads itself anew.
"use strict";

const EVERY = 2000;

async function look() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("progress");
    if (!now) return location.reload();
    const shown = document.getElementById("progress");
    const status = shown.querySelector("[role=status]");
    const said = now.querySelector("[role=status]").textContent;
    if (status.textContent !== said) status.textContent = said;
    for (const part of ["progress", ".counts", ".help"]) {
      shown.querySelector(part).replaceWith(now.querySelector(part));
    }
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
