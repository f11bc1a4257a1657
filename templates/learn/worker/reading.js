// {{ release }}{# Offline reading. With a network, pages come from nowhere else. These comments are not sent. #}
const PAGES = "learn-pages", FILES = "learn-files";
const OFFLINE = "{{ offline }}", LIST = "/learn/_bookmarks";
const READING = /^\/learn(\/(?!_|search$|study$)[^/?]+(\/(questions|topics)\/[^/?]+|\/topics)?)?(\?page=\d+)?$/;
const FILE = /^\/(static|media)\//;
const HASHED = /[./][0-9a-f]{12,32}[.-]/;{# never changes #}
const found = (path) => caches.match(path);
{# The address without what only says where somebody came from: any other parameter makes another page. #}
const plain = (path) => path.replace(/([?&])((utm_\w+|\w+clid|ref)=[^&]*(&|$))+/g, "$1").replace(/[?&]$/, "");

const put = async (name, path, response) => {
  const cache = await caches.open(name);
  await cache.delete(path);{# the newest stands last #}
  await cache.put(path, response);
  const list = await found(LIST);
  const stay = [OFFLINE, LIST, ...(list ? await list.json() : [])];
  const others = (await cache.keys()).filter(({ url }) => !stay.includes(new URL(url).pathname));
  for (const old of others.slice(0, -100)) await cache.delete(old);
};

const store = async (path, response) => {
  const { headers, ok, status } = response;
  const head = headers.get("cache-control") + headers.get("content-type");
  if (ok && /public.*html/.test(head)) await put(PAGES, path, response);{# nobody's own #}
  else if (status < 500) await (await caches.open(PAGES)).delete(path);
};

const page = async (event, path) => {
  try {
    const early = await event.preloadResponse?.catch(() => 0);
    const response = early || (await fetch(event.request));
    if (READING.test(path)) event.waitUntil(store(path, response.clone()));
    return response;
  } catch {
    return (await found(path)) || found(OFFLINE);
  }
};

const file = async (request, path) => {
  const there = await found(path);
  if (there && HASHED.test(path)) return there;
  const response = await fetch(request).catch(() => there || Response.error());
  if (response.ok) await put(FILES, path, response.clone());
  return response;
};
{# A page and its files. #}
const take = async (path) => {
  const response = await fetch(path, { cache: "no-cache" });
  if (response.redirected) return;
  const text = await response.clone().text();
  await store(path, response);
  for (const [, at] of text.matchAll(/="(\/[^"]+)/g)) if (FILE.test(at)) await file(at, at);
};

const on = (name, act) => addEventListener(name, (event) => event.waitUntil(act(event)));
on("install", () => take(OFFLINE).then(() => skipWaiting()));
on("activate", () => Promise.all([clients.claim(), registration.navigationPreload?.enable()]));
on("message", async ({ data: { opened, bookmarks } }) => {
  await put(PAGES, LIST, new Response(JSON.stringify(bookmarks)));
  for (const path of [plain(opened), ...bookmarks]) if (READING.test(path) && !(await found(path))) await take(path);
});
addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, plain(pathname + search)));
  else if (FILE.test(pathname)) event.respondWith(file(request, pathname));
});
