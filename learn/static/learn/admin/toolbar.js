// The toolbar of an answer: the marks that answers use, on the selection, with the browser's own
// undo. One stop for Tab; arrows move within it (the ARIA pattern of a toolbar).
"use strict";

(() => {
  // Replaces the selection as typing would, so that Ctrl+Z takes it back.
  function type(field, text, from = field.selectionStart, to = field.selectionEnd) {
    field.focus();
    field.setSelectionRange(from, to);
    const isDone = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (isDone || from === to) return;
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function selected(field) {
    return field.value.slice(field.selectionStart, field.selectionEnd);
  }

  // Puts marks around the selection, or takes them away where they stand already.
  function wrap(field, mark) {
    const { selectionStart: from, selectionEnd: to, value } = field;
    const size = mark.length, text = value.slice(from, to);
    if (value.slice(from - size, from) === mark && value.slice(to, to + size) === mark) {
      type(field, text, from - size, to + size);
      field.setSelectionRange(from - size, to - size);
      return;
    }
    type(field, mark + text + mark);
    field.setSelectionRange(from + size, to + size);
  }

  // Begins each selected line with a mark, or takes it away from all of them.
  function begin(field, pattern, markOf) {
    const { value } = field;
    const from = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const end = value.indexOf("\n", field.selectionEnd);
    const to = end < 0 ? value.length : end;
    const lines = value.slice(from, to).split("\n");
    const has = lines.every((line) => pattern.test(line));
    const text = lines.map((line, i) => (has ? line.replace(pattern, "") : markOf(i) + line)).join("\n");
    type(field, text, from, to);
    field.setSelectionRange(has || lines.length > 1 ? from : from + text.length, from + text.length);
  }

  // A block has an empty line before and after it.
  function block(field, text, chosen) {
    const before = field.value.slice(0, field.selectionStart);
    const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const after = field.value.slice(field.selectionEnd);
    const tail = after.startsWith("\n\n") || after === "" ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    const start = field.selectionStart + lead.length;
    type(field, lead + text + tail);
    if (chosen) field.setSelectionRange(start + text.indexOf(chosen), start + text.indexOf(chosen) + chosen.length);
  }

  const MARKS = {
    bold: (field) => wrap(field, "**"),
    italic: (field) => wrap(field, "*"),
    code(field) {
      const text = selected(field);
      if (text.includes("\n")) block(field, `\`\`\`\n${text}\n\`\`\``);
      else wrap(field, "`");
    },
    link(field) {
      const text = selected(field) || "text", from = field.selectionStart;
      type(field, `[${text}](https://)`);
      field.setSelectionRange(from + text.length + 3, from + text.length + 11);
    },
    heading: (field) => begin(field, /^#{1,6} /, () => "### "),
    list: (field) => begin(field, /^[-*+] /, () => "- "),
    numbers: (field) => begin(field, /^\d+\. /, (i) => `${i + 1}. `),
    quote: (field) => begin(field, /^> ?/, () => "> "),
    table: (field) => block(field, "| First | Second |\n|---|---|\n| one | two |", "First"),
  };
  const KEYS = { b: "bold", i: "italic", e: "code", k: "link", m: "math" };

  function equip(editor) {
    const bar = editor.querySelector(".answer-toolbar");
    const field = editor.querySelector(".markdownx-editor");
    const buttons = [...bar.querySelectorAll("button")];

    const press = (mark) => (MARKS[mark] ? MARKS[mark](field) : desk.openDialog[mark](field));
    const stop = (button) => buttons.forEach((b) => { b.tabIndex = b === button ? 0 : -1; });

    bar.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) { stop(button); press(button.dataset.mark); }
    });
    bar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
      const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      stop(buttons[to]);
      buttons[to].focus();
    });
    field.addEventListener("keydown", (event) => {
      const mark = KEYS[event.key.toLowerCase()];
      if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      press(mark);
    });
    stop(buttons[0]);
    bar.hidden = false;
  }

  Object.assign(desk, { type, block, selected, openDialog: {} });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".answer-editor").forEach(equip);
  });
})();
