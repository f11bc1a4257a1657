// The page of bookmarks: shows, removes, takes along and brings back what marks.js keeps.
(() => {
  const element = (name) => document.getElementById(`bookmarks-${name}`);
  const list = element("list");
  const chosen = element("import");
  const say = (text) => (element("said").textContent = text);
  const { clean, read } = marks;
  const write = (kept) => {
    if (marks.write(kept)) return true;
    say("This browser could not keep the bookmarks.");
  };

  const row = (mark) => {
    const item = element("item").content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    const remove = item.querySelector("button");
    link.href = mark.url;
    link.textContent = mark.title;
    item.querySelector("p > span").textContent = mark.subject;
    remove.setAttribute("aria-label", `Remove ${mark.title}`);
    remove.addEventListener("click", () => {
      const place = [...list.children].indexOf(item);
      if (!write(read().filter((each) => each.url !== mark.url))) return;
      show();
      const next = list.children[Math.min(place, list.children.length - 1)];
      (next ? next.querySelector("button") : document.getElementById("main")).focus();
      say("Bookmark removed");
    });
    return item;
  };
  // A session has an address, and an address an end: of many bookmarks the first are studied.
  const showCards = (kept) => {
    const cards = study.written(study.bookmarked(kept));
    const count = cards.split("+").filter(Boolean).length;
    const isCut = count < kept.length;
    const [session, deck] = element("cards").children;
    session.search = deck.search = `?cards=${cards}`;
    session.textContent = isCut ? `Study the first ${count}` : "Study these";
    deck.textContent = `Anki deck, ${isCut ? `${count} of ${kept.length}` : count} card${kept.length === 1 ? "" : "s"}`;
    element("cards").hidden = !count;
  };
  const show = () => {
    const marks = read();
    showCards(marks);
    list.replaceChildren(...marks.map(row));
    element("empty").hidden = marks.length > 0;
    element("export").disabled = !marks.length;
  };

  element("export").addEventListener("click", () => {
    const file = JSON.stringify({ site: location.origin, bookmarks: read() }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
    link.download = "quicktakes-bookmarks.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  chosen.addEventListener("change", async () => {
    const [file] = chosen.files;
    chosen.value = "";
    let found = [];
    try {
      if (file.size > 1e6) throw new RangeError();
      const content = JSON.parse(await file.text());
      // Another site's numbers mean nothing here.
      found = clean(content.bookmarks).map((mark) => (content.site === location.origin ? mark : { ...mark, id: 0 }));
    } catch {}
    if (!found.length) return say("This file holds no bookmarks.");
    const marks = read();
    const added = found.filter((mark) => !marks.some((each) => each.url === mark.url));
    if (!write([...marks, ...added])) return;
    show();
    say(`${added.length} added, ${found.length - added.length} were there already.`);
  });

  addEventListener("pageshow", show);
  addEventListener("storage", show);
  show();
  document.documentElement.dataset.script = "ready";
})();
