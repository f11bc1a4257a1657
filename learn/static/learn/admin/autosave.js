// Keeps what is written and not saved: on the server a few seconds after typing stops and when the
// page is left, and in this browser while the server is out of reach.
"use strict";

(() => {
  const PAUSE = 2500, RETRY = 10000; // milliseconds after the last key, and after a failure
  const FORGOTTEN = 60 * 86400000; // milliseconds; as long as the server keeps unsaved work
  const PREFIX = "desk-work:";
  const TOKEN = "csrfmiddlewaretoken"; // a session's, which is not kept
  const MOST_ON_LEAVING = 60000; // bytes; browsers send no more than 64 KB once a page is gone

  const here = {
    set(key, value) { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch {} },
    remove(key) { try { localStorage.removeItem(PREFIX + key); } catch {} },
    all() {
      try {
        const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
        return keys.map((key) => [key.slice(PREFIX.length), JSON.parse(localStorage.getItem(key))]);
      } catch { return []; }
    },
  };

  function start(status) {
    const form = document.querySelector("#question_form");
    const key = form?.elements.work;
    if (!key) return;
    const { person, question = "" } = status.dataset;
    let kept = written(), isLeaving = false;

    function fields() {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return data;
    }

    function written() {
      const data = fields();
      for (const name of [TOKEN, "version", "place", "work"]) data.delete(name);
      return JSON.stringify([...data]);
    }

    const address = (of, stamp, about = question) =>
      `${status.dataset.address.replace("KEY", of)}?stamp=${stamp}&question=${about}`;

    function keepHere(stamp) {
      const work = [...fields()].filter(([name]) => name !== TOKEN);
      here.set(key.value, { stamp, person, question, fields: work });
    }

    const keep = desk.lastWins(async () => {
      const now = written(), stamp = Date.now();
      if (now === kept) return;
      try {
        const said = await desk.ask(address(key.value, stamp), fields());
        if (said.is_done) { // saved, and come back to through the browser's history
          key.value = crypto.randomUUID?.() ?? `k${stamp}`;
          keep(0);
          return;
        }
        kept = now;
        here.remove(key.value);
        status.textContent = `Unsaved work kept at ${said.kept} UTC.`;
      } catch (error) {
        keepHere(stamp);
        status.textContent = `${error.message} Your work is kept in this browser meanwhile.`;
        if (error.status !== 413) keep(RETRY);
      }
    }, PAUSE);

    for (const type of ["input", "change"]) form.addEventListener(type, () => keep());
    window.django?.jQuery(form).on("change", "select", () => keep()); // select2 tells only jQuery
    form.addEventListener("submit", () => {
      isLeaving = true;
      if (written() !== kept) keepHere(Date.now());
    });
    addEventListener("pageshow", () => { isLeaving = false; });
    addEventListener("pagehide", () => {
      if (isLeaving || written() === kept) return;
      const data = fields(), stamp = Date.now();
      keepHere(stamp);
      if (written().length < MOST_ON_LEAVING) navigator.sendBeacon(address(key.value, stamp), data);
    });
    bringBack(address, status, key.value);
  }

  // What only this browser holds of the person's own work goes to the server, which knows whether
  // it was saved since. Another person's waits until that one is back.
  async function bringBack(address, status, own) {
    const { person, question = "" } = status.dataset;
    for (const [key, work] of here.all()) {
      if (Date.now() - work.stamp > FORGOTTEN) here.remove(key);
      if (work.person !== person) continue;
      const body = new FormData();
      for (const [name, value] of work.fields) body.append(name, value);
      body.set(TOKEN, ""); // the present one
      try {
        const said = await desk.ask(address(key, work.stamp, work.question), body);
        here.remove(key);
        if (!said.is_done && work.question === question && key !== own) offer(status, said.address);
      } catch {} // it stays here until the server takes it
    }
  }

  function offer(status, address) {
    if ([...document.links].some((link) => link.getAttribute("href") === address)) return;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = "Continue with it";
    status.replaceChildren("This browser holds unsaved work that is not in this form. ", link);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("autosave");
    if (status) start(status);
  });
})();
