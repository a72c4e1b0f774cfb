// The chosen file in the words of the desk. Without this, the browser says it in its own.
"use strict";

for (const place of document.querySelectorAll(".drop")) {
  const input = place.querySelector("input[type='file']");
  const name = place.querySelector(".drop-name");
  const show = () => { name.textContent = input.files.length ? input.files[0].name : place.dataset.none; };
  place.classList.add("is-ours");
  input.addEventListener("change", show);
  show();
}
