// Offline reading: registers the worker and tells it which questions are bookmarked.
(() => {
  const worker = navigator.serviceWorker;
  if (!worker) return; // an old browser, or plain http

  // What came before there was a worker did not pass through it.
  const opened = worker.controller ? "" : location.pathname + location.search;
  const bookmarks = () => {
    try {
      return JSON.parse(localStorage.getItem("bookmarks")).map(({ url }) => url).slice(0, 500);
    } catch {
      return [];
    }
  };
  const tell = async () => (await worker.ready).active.postMessage({ opened, bookmarks: bookmarks() });
  const { src } = document.currentScript.dataset;
  addEventListener("load", () => worker.register(src, { scope: "/learn" }).then(tell, () => {}));
  addEventListener("bookmarks", tell);

  // The page that stands for one that was not kept: it names those that were.
  const section = document.getElementById("offline-kept");
  if (!section) return;
  // Browsers say "online" for a network that leads nowhere, too: a reload would undo a click.
  addEventListener("online", () => fetch(location.href).then(() => location.reload(), () => {}));
  const list = async () => {
    const pages = await caches.open("learn-pages");
    for (const request of (await pages.keys()).reverse()) {
      if (!request.url.includes("/questions/")) continue;
      const text = await (await pages.match(request)).text();
      const link = document.createElement("a");
      link.className = "question-item__title";
      link.href = request.url;
      link.textContent = new DOMParser().parseFromString(text, "text/html").querySelector("h1").textContent;
      const item = document.createElement("li");
      item.className = "question-item";
      item.append(link);
      section.querySelector("ul").append(item);
      section.hidden = false;
    }
  };
  list();
})();
