// Bookmarks: a list of {id, url, title, subject, added} under "bookmarks" in this browser, the newest
// first. `write` says whether it could be kept.
const marks = (() => {
  const ADDRESS = /^\/learn\/[^/?#]+\/questions\/[^/?#]+$/;
  const text = (value) => (typeof value === "string" ? value.slice(0, 500) : "");

  // From a file or from the browser's store: only what is a bookmark, and of it only what is known.
  const clean = (kept) =>
    (Array.isArray(kept) ? kept : [])
      .filter((each) => each && typeof each.url === "string" && ADDRESS.test(each.url) && text(each.title))
      .map(({ id, url, title, subject, added }) => ({
        id: Number.isInteger(id) ? id : 0,
        url,
        title: text(title),
        subject: text(subject),
        added: text(added),
      }));
  const read = () => {
    try {
      return clean(JSON.parse(localStorage.getItem("bookmarks")));
    } catch {
      return [];
    }
  };
  const write = (kept) => {
    try {
      localStorage.setItem("bookmarks", JSON.stringify(kept));
      dispatchEvent(new Event("bookmarks"));
      return true;
    } catch {
      return false;
    }
  };
  return { clean, read, write };
})();
