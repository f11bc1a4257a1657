// Shows what django-markdownx's script asked our preview view for in a frame with the site's own
// stylesheet, keeps Tab for leaving the field, and says so when a preview could not be had.
"use strict";

for (const editor of document.querySelectorAll(".answer-editor")) {
  const frame = editor.querySelector("iframe");
  const source = editor.querySelector(".markdownx-preview");
  const status = editor.querySelector(".answer-editor__status");

  const show = () => {
    const target = frame.contentDocument?.getElementById("preview");
    if (target) target.innerHTML = source.innerHTML;
  };
  frame.addEventListener("load", show);
  editor.addEventListener("markdownx.update", () => { status.textContent = ""; show(); });
  editor.addEventListener("markdownx.updateError", () => {
    status.textContent = "The preview could not be loaded. Your text is not lost.";
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Tab") event.stopPropagation();
  }, true);
  for (const type of ["drop", "dragover"]) {
    editor.addEventListener(type, (event) => {
      if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); event.stopPropagation(); }
    }, true);
  }
}
