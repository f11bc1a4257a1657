// Shows what django-markdownx's script asked our preview view for in a frame with the site's own
// stylesheet, keeps Tab for leaving the field, and says so when a preview could not be had.
"use strict";

function follow(editor) {
  const frame = editor.querySelector("iframe");
  const source = editor.querySelector(".markdownx-preview");
  const status = editor.querySelector(".answer-editor__status");
  let latest = "";

  const show = () => {
    const target = frame.contentDocument?.getElementById("preview");
    if (target) target.innerHTML = latest;
  };
  frame.addEventListener("load", show);
  editor.addEventListener("markdownx.update", (event) => {
    latest = event.detail[0];
    source.replaceChildren(); // its headings' ids would stand twice in this page
    status.textContent = "";
    show();
  });
  editor.addEventListener("markdownx.updateError", () => {
    status.textContent = "The preview could not be loaded. Your text is not lost.";
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Tab") event.stopPropagation();
  }, true);
  for (const type of ["drop", "dragover", "paste"]) {
    editor.addEventListener(type, (event) => {
      const files = (event.dataTransfer ?? event.clipboardData)?.types.includes("Files");
      if (files) { event.preventDefault(); event.stopPropagation(); }
    }, true);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".answer-editor").forEach(follow);
});
