// Says before an upload begins what the server would say after it: that there is too much of it.
"use strict";

const form = document.querySelector(".upload-form");
const input = form.querySelector("[type=file]");

input.addEventListener("change", () => {
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const most = Number(form.dataset.most);
  const problem =
    size > most ? `This is more than ${(most / 1e6).toLocaleString("en")} MB.`
    : input.files.length > Number(form.dataset.mostFiles)
      ? "These are too many files. Pack them into an archive."
      : "";
  input.setCustomValidity(problem);
  input.reportValidity();
});
