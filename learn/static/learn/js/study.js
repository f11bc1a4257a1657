// Cards: what the browser remembers of them, and keys. Every page works without this.
//
// localStorage "study" is {"<subject>/<slug>": [box, due]}, `due` a day as days of the local
// calendar since 1970. Leitner's boxes: a card that was known moves to the next one and comes back
// after its days; one that was not goes back to the first and is due on the same day. To know a
// card before it is due says nothing about later, and moves nothing.
(() => {
  const DAYS = [0, 1, 3, 7, 16, 35, 90];
  const MOST = 50; // cards of a session
  const ROOM = 3000; // characters of an address for their names: servers take 4,094 for a line

  const today = (now = new Date()) =>
    Math.floor((now.getTime() - now.getTimezoneOffset() * 60000) / 86400000);

  const graded = (entry, knew, day) => {
    const [box, due] = entry || [0, day];
    if (!knew) return [0, day];
    if (due > day) return [box, due];
    const next = Math.min(box + 1, DAYS.length - 1);
    return [next, day + DAYS[next]];
  };

  // The names of cards that are due, longest overdue first, of one subject or of all.
  const dueCards = (cards, day, subject) =>
    Object.keys(cards)
      .filter((name) => cards[name][1] <= day && (!subject || name.startsWith(`${subject}/`)))
      .sort((one, other) => cards[one][1] - cards[other][1]);

  // Names as the parameter `cards`: as many as fit.
  const written = (names) => {
    let text = "";
    for (const name of names.slice(0, MOST)) {
      const next = name.split("/").map(encodeURIComponent).join("/");
      if (text.length + next.length >= ROOM) break;
      text += (text && "+") + next;
    }
    return text;
  };

  const stored = (key, empty) => {
    try {
      const value = JSON.parse(localStorage.getItem(key));
      return value && Array.isArray(value) === Array.isArray(empty) ? value : empty;
    } catch {
      return empty;
    }
  };

  const store = (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {}
  };

  // Read anew each time: other tabs write too, and "back" shows a page as it was left.
  const known = () =>
    Object.fromEntries(
      Object.entries(stored("study", {})).filter(
        ([, entry]) => Array.isArray(entry) && entry.length === 2 && entry.every(Number.isInteger)
      )
    );

  const nameIn = (mark) => {
    try {
      const path = decodeURIComponent(mark.url);
      return /^\/learn\/([^/]+)\/questions\/([^/?#]+)$/.exec(path).slice(1).join("/");
    } catch {
      return "";
    }
  };

  const bookmarked = (bookmarks) => bookmarks.map(nameIn).filter(Boolean);

  globalThis.study = { bookmarked, dueCards, graded, today, written };

  const find = (selector, root = document) => root.querySelector(selector);
  const plural = (number) => `${number} card${number === 1 ? "" : "s"}`;

  const startCard = (card) => {
    const name = card.dataset.studyCard;
    const turn = find(".study-card__turn", card);
    const follow = (selector) => find(selector, card)?.click();
    for (const link of card.querySelectorAll("[data-study-grade]")) {
      link.addEventListener("click", () => {
        const knew = link.dataset.studyGrade === "knew";
        const cards = known();
        store("study", { ...cards, [name]: graded(cards[name], knew, today()) });
      });
    }
    const show = () => {
      turn.open = true;
      find(".study-card__answer", card).focus({ preventScroll: true });
    };
    const keys = {
      " ": show,
      1: () => turn.open && follow('[data-study-grade="again"]'),
      2: () => turn.open && follow('[data-study-grade="knew"]'),
      ArrowLeft: () => follow('[rel~="prev"]'),
      ArrowRight: () => follow('[rel~="next"]'),
    };
    addEventListener("keydown", (event) => {
      const { key, target } = event;
      const modified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
      if (modified || event.repeat || !keys[key] || !keysOn()) return;
      if (target.closest("input, select, textarea")) return;
      if (key === " " && (turn.open || target.closest("a, button, summary"))) return; // scrolls, or acts
      if (key.startsWith("Arrow") && target.closest('[tabindex="0"]')) return; // a wide table scrolls
      event.preventDefault();
      keys[key]();
    });
  };

  const keysOn = () => stored("study-keys", {}).off !== true;

  const startSwitch = () => {
    const box = find("[data-study-keys]");
    if (!box) return;
    box.checked = keysOn();
    box.addEventListener("change", () => store("study-keys", { off: !box.checked }));
    box.closest("[hidden]").hidden = false;
  };

  // On the page of a subject: sessions begin with its cards that are due.
  const startSubject = (sizes) => {
    const due = dueCards(known(), today(), sizes.dataset.studySubject);
    if (!due.length) return;
    for (const link of sizes.querySelectorAll("a")) {
      const size = new URL(link.href).searchParams.get("n");
      link.href = `?n=${size}&cards=${written(due.slice(0, size))}`;
    }
    const note = find("[data-study-due]");
    find("[data-study-count]", note).textContent = plural(due.length);
    note.hidden = false;
  };

  const startMine = (mine) => {
    const cards = known();
    const due = dueCards(cards, today());
    const isDue = new Set(due);
    const marks = bookmarked(stored("bookmarks", []));
    const ordered = [...marks.filter((name) => isDue.has(name)), ...marks.filter((name) => !isDue.has(name))];
    const lists = { due, bookmarks: ordered };
    for (const [key, names] of Object.entries(lists)) {
      const item = find(`[data-study-list="${key}"]`, mine);
      if (!names.length) continue;
      find("a", item).href = `?cards=${written(names)}`;
      find("[data-study-count]", item).textContent = plural(names.length);
      item.hidden = false;
    }
    const forget = find("[data-study-forget]", mine);
    forget.addEventListener("click", () => {
      localStorage.removeItem("study");
      location.reload();
    });
    forget.hidden = !Object.keys(cards).length;
    mine.hidden = !Object.keys(cards).length && !marks.length;
  };

  // Where nothing can be copied, the link is followed: it leads to what it would have copied.
  const startShare = (link) => {
    const said = link.nextElementSibling;
    link.addEventListener("click", (event) => {
      if (!navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      navigator.clipboard.writeText(link.href).then(
        () => {
          said.textContent = "Link copied";
          setTimeout(() => (said.textContent = ""), 4000);
        },
        () => location.assign(link.href)
      );
    });
  };

  const start = { "[data-study-card]": startCard, "[data-study-subject]": startSubject, "[data-study-mine]": startMine, "[data-study-share]": startShare };
  for (const [selector, begin] of Object.entries(start)) {
    const found = find(selector);
    if (found) begin(found);
  }
  startSwitch();
  document.documentElement.dataset.script = "ready";
  find("#study-question")?.focus({ preventScroll: true });
})();
