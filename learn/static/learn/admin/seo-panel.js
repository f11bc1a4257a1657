// Keeps the panel of results in step with the fields, and says in words what will be cut.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector(".seo-panel");
  if (!panel) return;
  const field = (name) => document.getElementById(`id_${name}`);
  const [title, section, description] = ["title", "seo_title", "page_description"].map(field);
  if (!title) return; // who only looks has no fields
  const { siteName, subject, most } = panel.dataset;
  const advice = panel.querySelector("[data-seo-advice]");
  const use = panel.querySelector("[data-seo-use]");
  let waiting = 0;

  // The title that the page has: see `question_title` in learn/seo.py.
  const pageTitle = () => {
    const [own, name] = [section.value.trim(), title.value.trim()];
    if (!own) return `${name} | ${siteName}`;
    const isSection = own.split("|").pop().trim().toLowerCase() === subject.toLowerCase();
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
  };

  for (const input of [title, section, description]) {
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 200);
    });
  }
  if (use) {
    use.hidden = false;
    use.addEventListener("click", () => {
      description.value = panel.querySelector("[data-seo-suggestion]").textContent;
      description.dispatchEvent(new Event("input", { bubbles: true }));
      description.focus();
    });
  }
  show();
});
