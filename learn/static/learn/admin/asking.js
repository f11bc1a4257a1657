// What the desk's scripts share: asking the server, with every failure in words; one question at
// a time, of which the last one wins; going on after one has signed in anew; and copying a link.
"use strict";

window.desk = (() => {
  class AskingError extends Error {}

  const TOKEN = "csrfmiddlewaretoken";
  const SIGNED_OUT = "You are signed out. Sign in in another tab, then go on here.";
  const ANOTHER = "Somebody else is signed in by now. Sign in as yourself in another tab, then go on here.";
  const OTHERWISE = { 403: "You may not do this.", 413: "This is too large for the server." };
  const page = document.querySelector("meta[name=desk]").dataset;
  let cookies = document.cookie, isInDoubt = false; // since the forms' token was last known to be good

  // The JSON that the server answers. `body` is a FormData or a file; errors are sentences.
  async function ask(address, body, options = {}) {
    let response = await sent(address, body, options);
    if (response.status === 403 || response.redirected) {
      isInDoubt = true;
      await renew();
      response = await sent(address, body, options);
    }
    return said(response);
  }

  async function sent(address, body, options) {
    const token = document.querySelector(`[name=${TOKEN}]`).value;
    if (body instanceof FormData && body.has(TOKEN)) body.set(TOKEN, token);
    try {
      return await fetch(address, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token },
        signal: AbortSignal.timeout(options.timeout ?? 15000),
        ...options,
      });
    } catch (error) {
      const late = error.name === "TimeoutError";
      throw new AskingError(late ? "The server takes too long." : "The server is out of reach.");
    }
  }

  async function said(response) {
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const answer = isJson ? await response.json().catch(() => null) : null;
    if (response.ok && answer) return answer;
    const words = answer?.message || (response.redirected ? SIGNED_OUT : OTHERWISE[response.status]);
    throw failed(words || "The server has failed. Try again in a moment.", response.status);
  }

  function failed(words, status) {
    return Object.assign(new AskingError(words), { status });
  }

  // Whoever signs in gets a new token: it is put in every form of this page, if it is the same
  // person's. What one has written is never sent in another's name.
  async function renew() {
    const { token, person } = await said(await sent(page.token, undefined, { method: "GET" }));
    if (String(person) !== page.person) throw failed(ANOTHER, 403);
    for (const field of document.querySelectorAll(`[name=${TOKEN}]`)) field.value = token;
    cookies = document.cookie;
    isInDoubt = false;
  }

  // A form is sent at once, unless something was refused, or the cookies tell that somebody signed in:
  // then its token is made sure of first. What would be refused is not sent.
  let isSure = false, isAsking = false;
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (isSure || !isInDoubt && document.cookie === cookies) return;
    if (form.method !== "post" || !form.elements[TOKEN]) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // nobody else hears of it before it is sent
    if (isAsking) return;
    isAsking = true;
    try {
      await renew();
    } catch (error) {
      if (error.status) return tell(form, error.message);
    } finally {
      isAsking = false;
    }
    isSure = true; // and so it is sent where the server is out of reach: the browser says that
    form.requestSubmit(submitter);
    isSure = false;
  }, { capture: true });

  function tell(form, words) {
    const place = document.querySelector(".not-sent") ?? document.createElement("p");
    place.className = "errornote not-sent";
    place.setAttribute("role", "alert");
    place.textContent = `Nothing was sent. ${words}`;
    (form.querySelector(".submit-row") ?? form.lastElementChild).before(place);
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
