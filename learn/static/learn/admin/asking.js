// What the desk's scripts share: asking the server, with every failure in words; one question at
// a time, of which the last one wins; and copying a link.
"use strict";

window.desk = (() => {
  class AskingError extends Error {}

  const OTHERWISE = {
    403: "You may not do this, or you are signed out. Sign in in another tab, then go on here.",
    413: "This is too large for the server.",
  };

  // The JSON that the server answers. `body` is a FormData or a file; errors are sentences.
  async function ask(address, body, options = {}) {
    let response;
    try {
      response = await fetch(address, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
        signal: AbortSignal.timeout(options.timeout ?? 15000),
        ...options,
      });
    } catch (error) {
      const late = error.name === "TimeoutError";
      throw new AskingError(late ? "The server takes too long." : "The server is out of reach.");
    }
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const said = isJson ? await response.json().catch(() => null) : null;
    if (response.ok && said) return said;
    const signedOut = response.redirected ? OTHERWISE[403] : "";
    const words = said?.message || signedOut || OTHERWISE[response.status];
    const failure = new AskingError(words || "The server has failed. Try again in a moment.");
    failure.status = response.status;
    throw failure;
  }

  // Runs `task` after a pause, never twice at once; what changed meanwhile is asked for once more.
  function lastWins(task, pause) {
    let timer = 0, running = false, again = false;
    const run = async () => {
      if (running) { again = true; return; }
      running = true;
      try { await task(); } finally { running = false; }
      if (again) { again = false; run(); }
    };
    return (delay = pause) => { clearTimeout(timer); timer = setTimeout(run, delay); };
  }

  return { ask, lastWins };
})();

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const copied = navigator.clipboard.writeText(new URL(button.dataset.copy, location).href);
      button.textContent = await copied.then(() => "Copied", () => "It could not be copied");
      setTimeout(() => { button.textContent = label; }, 3000);
    });
  }
});
