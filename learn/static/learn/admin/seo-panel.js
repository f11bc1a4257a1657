// Keeps the panel of results in step with the fields: says in words what will be cut, and where
// the same text stands already.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector(".seo-panel");
  const field = (name) => document.getElementById(`id_${name}`);
  const [title, section, description, answer] = ["title", "seo_title", "page_description", "answer"].map(field);
  if (!panel || !title || !section || !description) return;
  const { siteName, most, address, question } = panel.dataset;
  const advice = panel.querySelector("[data-seo-advice]");
  const suggestion = panel.querySelector("[data-seo-suggestion]");
  const use = panel.querySelector("[data-seo-use]");

  const subject = () => field("subject")?.selectedOptions?.[0]?.text ?? panel.dataset.subject;
  // The title that the page has: see `question_title` in learn/seo.py.
  const pageTitle = () => {
    const [own, name] = [section.value.trim(), title.value.trim()];
    if (!own) return `${name} | ${siteName}`;
    const isSection = own.split("|").pop().trim().toLowerCase() === subject().toLowerCase();
    return isSection ? `${name} | ${own}` : own;
  };
  const isCut = (element) =>
    element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 2;
  const cutIn = (part) =>
    ["desk", "phone"].filter((width) =>
      isCut(panel.querySelector(`.seo-result--${width} .seo-result__${part}`)));
  const sentence = (name, text, part) => {
    const places = cutIn(part);
    const cut = places.length ? `, cut on a ${places.join(" and a ")}` : "";
    return `${name}: ${[...text].length} characters${cut}.`;
  };
  const show = () => {
    const texts = { title: pageTitle(), description: description.value.trim() };
    for (const element of panel.querySelectorAll("[data-seo]")) {
      element.textContent = texts[element.dataset.seo];
    }
    advice.textContent = `${sentence("Title", texts.title, "title")} ` +
      `${sentence("Description", texts.description, "text")} Result lists show about ${most}.`;
    suggestion.parentElement.hidden = !suggestion.textContent || suggestion.textContent === description.value.trim();
  };

  // What the server knows of the texts as they stand; with the answer, a description from it.
  const ask = (isSuggested) => {
    const body = new FormData();
    body.set("title", title.value);
    body.set("page_description", description.value);
    if (question) body.set("question", question);
    if (isSuggested) body.set("answer", answer.value);
    return window.desk.ask(address, body);
  };
  const compare = window.desk.lastWins(async () => {
    try {
      panel.querySelector("[data-seo-alike]").innerHTML = (await ask(false)).alike;
    } catch { /* the next text is asked for again; saving does not depend on it */ }
  }, 600);
  const shown = window.desk.lastWins(show, 200);

  for (const input of [title, section, description]) input.addEventListener("input", () => shown());
  for (const input of [title, description]) input.addEventListener("input", () => compare());
  window.django?.jQuery?.(field("subject")).on("change", () => shown()); // its list tells only jQuery
  if (answer) {
    const [button, status] = [use.querySelector("button"), use.querySelector("[role=status]")];
    use.hidden = false;
    button.addEventListener("click", async () => {
      try {
        const said = await ask(true);
        suggestion.textContent = said.suggestion;
        status.textContent = said.suggestion ? "" : "The answer has no sentence that could stand for it.";
        if (!said.suggestion) return;
        description.value = said.suggestion;
        description.dispatchEvent(new Event("input", { bubbles: true }));
        description.focus();
      } catch (error) {
        status.textContent = error.message;
      }
    });
  }
  show();
});
