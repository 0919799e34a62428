// Pages work without this file; it only makes them kinder.
"use strict";

// The error summary is what a screen reader should say first.
document.querySelector(".error-summary")?.focus();

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
// Coming back with the browser's back button, the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach((form) => delete form.dataset.sent);
});

// One box ticks all of its name; without script each is ticked by hand.
document.querySelectorAll("[data-select-all]").forEach((all) => {
  const boxes = [...all.form.elements].filter((box) => box.type === "checkbox" && box.name === all.dataset.selectAll);
  all.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
});
