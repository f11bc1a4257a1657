(() => {
  const root = document.documentElement;
  root.dataset.script = ""; // what needs a script keeps its place for it
  try {
    const saved = localStorage.getItem("theme");
    if (saved === "dark" || saved === "light") root.dataset.theme = saved;
  } catch {}
})();
