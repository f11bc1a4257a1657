// Search fields become comboboxes (ARIA's pattern: the focus stays in the field). `/` goes to one.
(() => {
  const WAIT = 120; // milliseconds without a key before the server is asked
  const SHORTEST = 2;
  let made = 0;

  const element = (tag, attributes, parent) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent.append(made);
    return made;
  };

  const enhance = (form) => {
    const field = form.querySelector("[type=search]");
    const id = `suggestions-${++made}`;
    const list = element("ul", { id, role: "listbox", class: "suggestions", "aria-label": "Suggestions", hidden: "" }, form);
    const status = element("p", { role: "status", class: "visually-hidden" }, form);
    let timer, asking, active = -1, urls = [];

    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", "aria-haspopup": "listbox",
    })) field.setAttribute(name, value);

    const choose = (place) => {
      active = place;
      [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === place));
      if (place < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    };

    const close = () => {
      clearTimeout(timer);
      asking?.abort();
      choose(-1);
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      status.textContent = "";
    };

    const show = (questions) => {
      urls = questions.map((question) => question.url);
      list.replaceChildren();
      questions.forEach((question, i) => {
        const option = element("li", { role: "option", id: `${id}-${i}`, "aria-selected": "false" }, list);
        option.textContent = question.title;
        element("span", {}, option).textContent = question.subject;
      });
      choose(-1);
      list.hidden = !questions.length;
      field.setAttribute("aria-expanded", String(questions.length > 0));
      const count = questions.length;
      status.textContent = count ? `${count} suggestion${count > 1 ? "s" : ""}, use the arrow keys` : "No suggestions";
    };

    const ask = async () => {
      asking?.abort();
      const mine = (asking = new AbortController());
      try {
        const address = `${form.dataset.suggest}?${new URLSearchParams(new FormData(form))}`;
        const answer = await fetch(address, { signal: mine.signal });
        const { questions } = await answer.json();
        if (mine === asking && !mine.signal.aborted && document.activeElement === field) show(questions);
      } catch {} // the field still sends its form
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      if (field.value.trim().length < SHORTEST) return close();
      timer = setTimeout(ask, WAIT);
    });

    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const open = !list.hidden;
      const count = list.children.length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) return void (field.value.trim().length >= SHORTEST && ask());
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(((active + 1 + step + count + 1) % (count + 1)) - 1); // -1 is the field itself
      } else if (event.key === "Escape") {
        event.preventDefault();
        if (open) close();
        else if (field.value) field.value = "";
        else field.blur();
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        location.assign(urls[active]);
      }
    });

    field.addEventListener("blur", close);
    form.addEventListener("submit", close);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const place = [...list.children].indexOf(event.target.closest("li"));
      if (place >= 0) location.assign(urls[place]);
    });
  };

  document.querySelectorAll("form[data-suggest]").forEach(enhance);

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    const field = document.querySelector(".search--large .search__field") ?? document.getElementById("site-search");
    field.focus();
    field.select();
  });
})();
