// The editor's two dialogs: a formula with its preview, and an image with its alternative text.
"use strict";

(() => {
  const FORMULA = /\$\$([\s\S]+?)\$\$|\$([^$\n]+)\$|\\\(([\s\S]+?)\\\)|\\\[([\s\S]+?)\\\]/g;

  // Opens a dialog; `insert` runs when it is closed by its first button, and focus goes back.
  function open(dialog, field, insert) {
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      field.focus();
      if (dialog.returnValue === "insert") insert();
    }, { once: true });
  }

  // The formula at the caret or in the selection: where it stands and what it says.
  function formulaAt(field) {
    const { selectionStart: from, selectionEnd: to, value } = field;
    for (const found of value.matchAll(FORMULA)) {
      const end = found.index + found[0].length;
      if (found.index > to) break;
      if (from > found.index && to < end || from === found.index && to === end) {
        const tex = found.slice(1).find((group) => group !== undefined).trim();
        return { from: found.index, to: end, tex, isDisplay: found[0].startsWith("$$") || found[0].startsWith("\\[") };
      }
    }
    return { from, to, tex: value.slice(from, to), isDisplay: false };
  }

  function math() {
    const dialog = document.getElementById("math-dialog");
    const tex = document.getElementById("math-tex");
    const frame = dialog.querySelector("iframe");
    const status = document.getElementById("math-status");
    const kind = () => dialog.querySelector("[name=math-kind]:checked").value;
    let field = null, place = null, page = "";
    let told = { text: "", message: "" }; // what the server said of the formula, as it was then

    const show = () => {
      const target = frame.contentDocument?.getElementById("preview");
      if (target) target.innerHTML = page;
    };
    // As the answer will hold it; where single dollars could be read as money, in \( \).
    const written = () => {
      const inner = tex.value.trim();
      if (kind() === "display") return `$$\n${inner}\n$$`;
      const isUnclear = /^\d|[$\n]/.test(inner) || /\d/.test(field.value.charAt(place.to));
      return isUnclear ? `\\(${inner}\\)` : `$${inner}$`;
    };

    const ask = desk.lastWins(async () => {
      if (!tex.value.trim()) { page = ""; status.textContent = ""; show(); return; }
      try {
        const body = new FormData(), text = written();
        body.set("content", text);
        const said = await desk.ask(field.dataset.markdownxUrlsPath, body);
        page = said.page;
        show();
        status.textContent = said.message;
        told = { text, message: said.message };
      } catch (error) {
        status.textContent = `The preview could not be loaded. ${error.message}`;
      }
    }, 200);

    dialog.addEventListener("input", () => ask());
    dialog.addEventListener("click", (event) => {
      const piece = event.target.closest("[data-tex]")?.dataset.tex;
      if (!piece) return;
      const chosen = desk.selected(tex), from = tex.selectionStart;
      desk.type(tex, piece.replace("|", () => chosen));
      tex.selectionStart = tex.selectionEnd = from + piece.indexOf("|") + chosen.length;
      ask();
    });
    tex.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      const isBroken = told.message && told.text === written();
      if (isBroken) status.textContent = `${told.message} Mend it, or choose Insert to have it as it is.`;
      else dialog.close("insert");
    });
    frame.addEventListener("load", () => {
      frame.contentDocument.documentElement.dataset.theme = getComputedStyle(dialog).colorScheme === "dark" ? "dark" : "light";
      show();
    });

    desk.openDialog.math = (answer) => {
      field = answer;
      place = formulaAt(field);
      tex.value = place.tex;
      dialog.querySelector(`[value=${place.isDisplay ? "display" : "inline"}]`).checked = true;
      if (!frame.src) frame.src = frame.dataset.src;
      page = status.textContent = "";
      show();
      ask(0);
      open(dialog, field, () => {
        if (!tex.value.trim()) return;
        const text = written();
        field.setSelectionRange(place.from, place.to);
        if (kind() === "display" && !place.isDisplay) desk.block(field, text);
        else desk.type(field, text);
      });
      tex.focus();
    };
  }

  function image() {
    const dialog = document.getElementById("image-dialog");
    const file = document.getElementById("image-file");
    const shown = document.getElementById("image-shown");
    const alt = document.getElementById("image-alt");
    const status = document.getElementById("image-status");
    const insert = dialog.querySelector("[value=insert]");
    let field = null, address = "", sending = 0;

    async function send(chosen) {
      const mine = ++sending;
      address = "";
      shown.hidden = true;
      status.textContent = "The image is being sent.";
      try {
        const said = await desk.ask(field.dataset.markdownxUploadUrlsPath, chosen, { timeout: 60000 });
        if (mine !== sending) return;
        address = said.url;
        shown.src = address;
        shown.hidden = false;
        status.textContent = "The image is here. Say what it shows, then insert it.";
        alt.focus();
      } catch (error) {
        if (mine === sending) status.textContent = error.message;
      }
    }

    const begin = (answer, chosen) => {
      field = answer;
      dialog.querySelector("form").reset();
      shown.hidden = true;
      address = status.textContent = "";
      sending++;
      const { selectionStart: from, selectionEnd: to } = field;
      open(dialog, field, () => {
        // What Markdown would read as a mark, `\[` as a formula, is written by its number.
        const words = alt.value.trim().replace(/\s+/g, " ").replace(/[\\[\]*_`<&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
        field.setSelectionRange(from, to);
        desk.type(field, `![${words}](${address})`);
      });
      if (chosen) send(chosen);
    };

    file.addEventListener("change", () => { if (file.files[0]) send(file.files[0]); });
    insert.addEventListener("click", (event) => {
      const missing = !address ? status.textContent || "Choose an image first." : !alt.value.trim() ? "Say what the image shows." : "";
      if (!missing) return;
      event.preventDefault();
      status.textContent = missing;
      (address ? alt : file).focus();
    });
    desk.openDialog.image = (answer) => begin(answer, null);

    for (const answer of document.querySelectorAll(".markdownx-editor")) {
      const take = (event) => {
        const carried = event.dataTransfer ?? event.clipboardData;
        if (!carried?.types.includes("Files")) return;
        event.preventDefault();
        if (event.type !== "dragover" && carried.files[0]) begin(answer, carried.files[0]);
      };
      for (const type of ["dragover", "drop", "paste"]) answer.addEventListener(type, take);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("math-dialog") || !document.querySelector(".answer-editor")) return;
    math();
    image();
  });
})();
