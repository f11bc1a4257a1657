// Offline reading is switched off: what was kept goes, and this worker with it.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const emptied = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("learn-")).map((name) => caches.delete(name))));
  event.waitUntil(Promise.all([emptied, registration.unregister()]));
});
