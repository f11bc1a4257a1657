// Tells the server that this question is open here, and shows who else has it open.
"use strict";

(() => {
  const EVERY = 20000; // milliseconds; learn/models/writing.py forgets a person after three beats

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.getElementById("presence");
    const address = place?.dataset.address;
    const form = document.querySelector("#question_form");
    if (!address || !form?.elements.version) return;

    const body = (more = {}) => {
      const data = new FormData();
      data.set("version", form.elements.version.value);
      data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      for (const [name, value] of Object.entries(more)) data.set(name, value);
      return data;
    };
    const beat = desk.lastWins(async () => {
      if (document.hidden) return;
      try {
        const { words } = await desk.ask(address, body());
        if (words !== place.dataset.words) place.innerHTML = place.dataset.words = words;
      } catch {} // who is here is told again with the next beat
    }, 0);

    beat();
    setInterval(beat, EVERY);
    document.addEventListener("visibilitychange", () => beat());
    addEventListener("pagehide", () => navigator.sendBeacon(address, body({ leave: "1" })));
  });
})();
