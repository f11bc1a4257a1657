// Improves a question's page. All that it does has a plain way without it, or does not show.
(() => {
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const on = (elements, listener) => elements.forEach((each) => each.addEventListener("click", listener));

  const status = document.createElement("p");
  status.className = "said";
  status.setAttribute("role", "status");
  document.body.append(status);
  let clearing;
  const say = (text) => {
    status.textContent = text;
    clearTimeout(clearing);
    clearing = setTimeout(() => (status.textContent = ""), 4000);
  };
  const failed = () => say("That did not work. Please try again.");
  const copy = (text, done) =>
    navigator.clipboard
      ? navigator.clipboard.writeText(text).then(() => say(done), failed)
      : say("This browser does not let a page copy here.");

  // A link to a section is followed as ever, and copied.
  on(all(".heading-link"), (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) copy(event.currentTarget.href, "Link copied");
  });

  all(".code figcaption").forEach((caption) => {
    const button = document.createElement("button");
    button.className = "tool tool--small";
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy code");
    on([button], () => copy(caption.parentNode.querySelector("code").textContent, "Code copied"));
    caption.append(button);
  });

  on(all("[data-copy-text]"), (event) => {
    copy(document.getElementById(event.currentTarget.dataset.copyText).textContent, "Citation copied");
  });

  // The promise goes into the item: Safari copies only while a click is being answered.
  on(all("[data-copy-from]"), async (event) => {
    const text = fetch(event.currentTarget.dataset.copyFrom).then((response) => {
      if (!response.ok) throw new Error(response.status);
      return response.blob();
    });
    const plain = text.then((blob) => new Blob([blob], { type: "text/plain" }));
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": plain })]);
      say("Markdown copied");
    } catch {
      failed();
    }
  });

  const canonical = find("link[rel=canonical]");
  const here = { title: find("h1").textContent, url: canonical ? canonical.href : location.href };
  on(all("[data-share]"), () => {
    if (navigator.share) navigator.share(here).catch(() => {});
    else copy(here.url, "Link copied");
  });

  // A vote: the server answers a form by leading back to the page, which is not loaded again. Pages
  // are the same for everybody, so what this browser voted is under "vote:<address>" in its store.
  const votes = find(".helpful");
  const vote = `vote:${location.pathname}`;
  const press = (choice) =>
    votes.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", each.value === choice));
  const showVote = () => {
    try {
      const choice = localStorage.getItem(vote);
      if (choice) press(choice);
    } catch {} // a browser that keeps nothing for pages
  };
  if (votes) addEventListener("pageshow", showVote);
  votes?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = event.submitter;
    const body = new URLSearchParams({ vote: chosen.value });
    try {
      const answer = await fetch(votes.action, { method: "POST", body, redirect: "manual" });
      if (answer.status === 429) return say("Too many votes from your network. Please try again later.");
      if (answer.type !== "opaqueredirect") return failed();
    } catch {
      return failed();
    }
    press(chosen.value);
    votes.classList.add("helpful--done");
    try {
      localStorage.setItem(vote, chosen.value);
    } catch {}
  });

  // The section that is being read: the last whose heading has passed the upper third.
  const links = all(".contents-list a");
  const sections = links.length ? all("#answer :is(h2, h3, h4, h5, h6)[id]") : [];
  const aside = find(".contents");
  const mark = (id) => {
    links.forEach((link) => {
      if (link.hash !== `#${encodeURIComponent(id)}` && link.hash !== `#${id}`) return link.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      const top = link.offsetTop - aside.offsetTop;
      // Within the list only: scrolling the link into view would move the page.
      if (aside.contains(link) && (top < aside.scrollTop || top > aside.scrollTop + aside.clientHeight - 40)) {
        aside.scrollTop = top - aside.clientHeight / 2;
      }
    });
  };
  const passed = () => sections.filter((each) => each.getBoundingClientRect().top < innerHeight / 3).pop();
  const look = new IntersectionObserver(() => mark((passed() || { id: "" }).id), { rootMargin: "0px 0px -66%" });
  sections.forEach((each) => look.observe(each));
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (sections.includes(target)) mark(target.id);
  });

  const keepBookmarks = (button) => {
    const own = {
      id: Number(button.dataset.bookmark),
      url: location.pathname,
      title: here.title,
      subject: button.dataset.subject,
    };
    // A question that moved keeps its number and, as a rule, its title.
    const isOwn = (mark) => mark.url === own.url || (mark.id === own.id && mark.title === own.title);
    const write = (kept) => {
      if (marks.write(kept)) return true;
      say("This browser keeps no bookmarks for pages.");
    };
    const show = () => {
      const there = marks.read();
      const kept = there.find(isOwn);
      button.setAttribute("aria-pressed", Boolean(kept));
      if (kept && (kept.url !== own.url || kept.title !== own.title)) write(there.map((each) => (each === kept ? { ...kept, ...own } : each)));
    };
    on([button], () => {
      const there = marks.read();
      const others = there.filter((each) => !isOwn(each));
      const isNew = others.length === there.length;
      if (!write(isNew ? [{ ...own, added: new Date().toISOString() }, ...others] : others)) return;
      show();
      say(isNew ? "Bookmark kept in this browser" : "Bookmark removed");
    });
    addEventListener("pageshow", show);
  };
  all("[data-bookmark]").forEach(keepBookmarks); // a draft has none

  root.dataset.script = "ready";
})();
