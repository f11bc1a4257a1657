// Names the search fields that Django's admin makes of selections, as their labels name these.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const name = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const words = select.labels[0]?.textContent.trim() || select.getAttribute("aria-label");
      const field = select.nextElementSibling?.querySelector(".select2-selection");
      if (!words || !field) continue;
      const value = field.querySelector(".select2-selection__rendered");
      field.setAttribute("aria-label", `${words} ${value.title}`);
      field.removeAttribute("aria-labelledby");
      value.removeAttribute("role"); // a text field within a text field
      value.removeAttribute("aria-readonly");
    }
  };
  setTimeout(name); // after Django's own script has made them
  document.addEventListener("formset:added", () => setTimeout(name));
  window.django?.jQuery(document).on("change", "select.admin-autocomplete", () => setTimeout(name));
});
