// The page's own preview beside the text: in the widths and colours of a phone and a desk, and the
// findings with a way to the place that each is about.
"use strict";

(() => {
  const PAUSE = 250, RETRY = 5000; // milliseconds after the last key, and after a failure
  const ARTICLE = 720; // the article's column on a wide page, with its margins: learn.css, --measure

  function remembered(name, otherwise) {
    try { return localStorage.getItem(`desk-${name}`) ?? otherwise; } catch { return otherwise; }
  }

  function remember(name, value) {
    try { localStorage.setItem(`desk-${name}`, value); } catch {}
  }

  // The frame is as wide as the chosen screen and as high as its page; its view scrolls.
  function fit(view, frame, width) {
    const content = frame.contentDocument?.getElementById("preview");
    if (!content || !view.clientWidth) return;
    const shown = width > 1000 ? ARTICLE : width;
    const scale = Math.min(1, view.clientWidth / shown);
    frame.style.inlineSize = `${width}px`;
    frame.style.transform = `scale(${scale})`;
    const height = Math.max(content.getBoundingClientRect().height, view.clientHeight / scale);
    frame.style.blockSize = `${height}px`;
    frame.style.marginBlockEnd = `${height * (scale - 1)}px`;
  }

  function follow(editor) {
    const text = editor.querySelector(".markdownx-editor");
    const side = editor.querySelector(".answer-editor__side");
    const view = editor.querySelector(".answer-editor__view");
    const frame = editor.querySelector(".answer-editor__frame");
    const status = editor.querySelector(".answer-editor__status");
    const count = editor.querySelector(".preview-tools__count a");
    const form = text.form;
    const isSmall = matchMedia("(max-width: 767px)").matches;
    let width = Number(remembered("width", isSmall ? 390 : 1280));
    let page = "";

    const refit = () => fit(view, frame, width);
    const show = () => {
      const target = frame.contentDocument?.getElementById("preview");
      if (!target) return;
      target.innerHTML = page;
      refit();
    };

    const ask = desk.lastWins(async () => {
      const body = new FormData();
      body.set("content", text.value);
      for (const name of ["title", "page_description"]) body.set(name, form.elements[name]?.value ?? "");
      try {
        const said = await desk.ask(text.dataset.markdownxUrlsPath, body);
        page = said.page;
        show();
        tell(said);
        status.textContent = "";
        view.classList.remove("answer-editor__view--old");
      } catch (error) {
        status.textContent = `The preview shows an earlier text. ${error.message} Your text is not lost.`;
        view.classList.add("answer-editor__view--old");
        ask(RETRY);
      }
    }, PAUSE);

    function tell(said) {
      const list = document.getElementById("findings");
      if (list) list.outerHTML = said.findings;
      count.parentElement.hidden = !said.count;
      count.textContent = said.count ? `${said.count} finding${said.count === 1 ? "" : "s"}` : "";
      revealPlaces();
    }

    function revealPlaces() {
      for (const button of document.querySelectorAll(".finding-place")) button.hidden = false;
    }

    function colour(theme) {
      if (frame.contentDocument) frame.contentDocument.documentElement.dataset.theme = theme;
      press(side.querySelectorAll("[data-theme-choice]"), (b) => b.dataset.themeChoice === theme);
    }

    const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const ofDesk = document.documentElement.dataset.theme;
    let theme = remembered("preview-theme", ofDesk === "dark" || ofDesk === "light" ? ofDesk : dark);

    side.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.width) {
        width = Number(button.dataset.width);
        remember("width", width);
        press(side.querySelectorAll("[data-width]"), (b) => b === button);
        refit();
      }
      if (button?.dataset.themeChoice) {
        theme = button.dataset.themeChoice;
        remember("preview-theme", theme);
        colour(theme);
      }
    });

    frame.addEventListener("load", () => {
      colour(theme);
      show();
      new ResizeObserver(refit).observe(frame.contentDocument.getElementById("preview"));
    });
    new ResizeObserver(refit).observe(view);
    text.addEventListener("scroll", () => {
      const rest = text.scrollHeight - text.clientHeight;
      if (rest > 0) view.scrollTop = (text.scrollTop / rest) * (view.scrollHeight - view.clientHeight);
    });
    form.addEventListener("input", (event) => {
      if (["answer", "title", "page_description"].includes(event.target.name)) ask();
    });
    addEventListener("online", () => ask(0));
    document.addEventListener("click", (event) => {
      const button = event.target.closest(".finding-place");
      if (button) goTo(form.elements[button.dataset.field] ?? text, button.dataset.excerpt);
    });

    press(side.querySelectorAll("[data-width]"), (b) => Number(b.dataset.width) === width);
    side.hidden = false;
    editor.classList.add("answer-editor--split");
    frame.src = frame.dataset.src;
    ask(0);
  }

  function press(buttons, isPressed) {
    for (const button of buttons) button.setAttribute("aria-pressed", isPressed(button));
  }

  // Selects an excerpt in a field and scrolls it into sight.
  function goTo(field, excerpt) {
    const at = excerpt ? field.value.indexOf(excerpt) : -1;
    field.focus();
    if (at < 0) return;
    field.setSelectionRange(at, at + excerpt.length);
    if (field.scrollHeight > field.clientHeight) field.scrollTop = offsetOf(field, at) - field.clientHeight / 3;
  }

  // How far below the field's beginning a character stands, by a copy that is laid out alike.
  function offsetOf(field, at) {
    const copy = document.createElement("div"), style = getComputedStyle(field);
    for (const name of ["font", "lineHeight", "padding", "letterSpacing", "tabSize"]) copy.style[name] = style[name];
    copy.style.cssText += `;position:absolute;visibility:hidden;white-space:pre-wrap;overflow-wrap:break-word`;
    copy.style.inlineSize = `${field.clientWidth}px`;
    copy.style.boxSizing = "border-box";
    copy.textContent = field.value.slice(0, at) + "\u200b";
    document.body.append(copy);
    const height = copy.offsetHeight;
    copy.remove();
    return height;
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".answer-editor").forEach(follow);
  });
})();
