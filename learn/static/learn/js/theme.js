// Loaded in the head without defer, so that a remembered theme is set before the first paint.
(() => {
  const root = document.documentElement;
  root.dataset.script = ""; // what needs a script keeps its place for it
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (system.matches ? "dark" : "light");
  const theme = () => root.dataset.theme || systemTheme();
  const use = (chosen) => {
    root.dataset.theme = chosen;
    // What the browser's own frame is coloured by: the light scheme's, then the dark one's.
    const colours = document.querySelectorAll("meta[name=theme-color]");
    colours.forEach((each, i) => (each.media = (chosen === "dark") === (i === 1) ? "all" : "not all"));
  };
  try {
    const saved = localStorage.getItem("theme");
    if (saved === "dark" || saved === "light") use(saved);
  } catch {}

  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme-button");
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", theme() === "dark");
    button.addEventListener("click", () => {
      const chosen = theme() === "dark" ? "light" : "dark";
      use(chosen);
      try {
        localStorage.setItem("theme", chosen);
      } catch {}
      show();
    });
    system.addEventListener("change", show);
    show();
    button.hidden = false;
  });
})();
