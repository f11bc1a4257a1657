// Enter in the note to the publisher hands in: whoever writes one does not mean to save alone.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const note = document.querySelector("[name=proposal_note]");
  note?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    note.form.requestSubmit(note.form.querySelector("[name=_propose]"));
  });
});
