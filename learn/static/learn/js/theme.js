// The button that changes between light and dark. What was chosen before is set by early.js, which
// stands in the page itself, before the first paint.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemTheme = () => (system.matches ? "dark" : "light");
  const theme = () => root.dataset.theme || systemTheme();
  const frame = (chosen) => {
    // What the browser's own frame is coloured by: the light scheme's, then the dark one's.
    const colours = document.querySelectorAll("meta[name=theme-color]");
    colours.forEach((each, i) => (each.media = (chosen === "dark") === (i === 1) ? "all" : "not all"));
  };
  if (root.dataset.theme) frame(root.dataset.theme);

  const button = document.getElementById("theme-button");
  if (!button) return;
  const show = () => button.setAttribute("aria-pressed", theme() === "dark");
  button.addEventListener("click", () => {
    const chosen = theme() === "dark" ? "light" : "dark";
    root.dataset.theme = chosen;
    frame(chosen);
    try {
      localStorage.setItem("theme", chosen);
    } catch {}
    show();
  });
  system.addEventListener("change", show);
  show();
  button.hidden = false;
})();
