// Says below the slug what saving it would do, as soon as it or the subject has changed.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const slug = document.querySelector("[data-address-check]");
  const subject = document.getElementById("id_subject");
  const help = document.getElementById("id_slug_helptext");
  if (!slug || !subject || !help) return;
  const said = document.createElement("p");
  said.className = "address-check";
  said.setAttribute("role", "status");
  help.prepend(said);
  const before = `${subject.value}/${slug.value}`;

  const check = window.desk.lastWins(async () => {
    if (`${subject.value}/${slug.value}` === before || !subject.value || !slug.value) {
      said.textContent = "";
      return;
    }
    const asked = new URLSearchParams({ subject: subject.value, slug: slug.value });
    if (slug.dataset.question) asked.set("question", slug.dataset.question);
    try {
      const address = `${slug.dataset.addressCheck}?${asked}`;
      const answer = await window.desk.ask(address, undefined, { method: "GET" });
      said.textContent = answer.message;
      said.classList.toggle("address-check--refused", answer.is_refused);
    } catch (error) {
      said.textContent = error.message;
    }
  }, 300);

  slug.addEventListener("input", () => check());
  subject.addEventListener("change", () => check());
  window.django?.jQuery?.(subject).on("change", () => check()); // its list tells only jQuery
});
