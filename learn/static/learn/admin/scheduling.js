// Says beside a status and a time what they mean for students, as soon as one of them changes. The
// sentences are the server's: see learn/desk/schedules.py.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const said = document.querySelector(".outlook");
  const day = document.getElementById("id_publish_at_0");
  const hour = document.getElementById("id_publish_at_1");
  if (!said || !day || !hour) return;
  const status = document.getElementById("id_status");
  let shown = null;

  const written = (at) => {
    const month = at.toLocaleString("en-US", { month: "short", timeZone: "UTC" });
    return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} UTC`;
  };
  const show = () => {
    const fields = [status?.value ?? said.dataset.status, day.value.trim(), hour.value.trim()];
    if (fields.join() === shown) return;
    shown = fields.join();
    const [of, date, time] = fields;
    const at = new Date(`${date}T${time.padStart(5, "0")}Z`);
    if ((date || time) && isNaN(at)) { // half a time
      said.textContent = "";
      return;
    }
    const place = date ? (at > new Date() ? "-later" : "-past") : "";
    said.textContent = said.getAttribute(`data-when-${of}${place}`).replace("{at}", () => written(at));
  };

  for (const type of ["input", "change"]) document.addEventListener(type, show);
  document.addEventListener("click", () => setTimeout(show)); // Django's calendar and clock tell nobody
  for (const field of [day, hour]) field.addEventListener("focus", show); // to which they lead back
});
