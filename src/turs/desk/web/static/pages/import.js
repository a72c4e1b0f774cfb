// The columns of a table, looked at before it is sent: the first bytes of the first table among the chosen files go to
// the server, which answers with the header row, a few rows and a proposal. Without this script the table is read with
// the automatic proposal, and its columns can be corrected on the page of the import.
"use strict";
(() => {
  const HEAD = 64 * 1024;
  const form = document.getElementById("upload");
  const place = document.getElementById("columns");
  if (!form || !place) return;
  let looked = null;

  const isTable = (file) => /\.(csv|tsv|tab)$/i.test(file.name);

  async function look(files) {
    const reader = form.elements.reader.value;
    const table = reader && reader !== "table" ? null : files.find(isTable) || null;
    if (table === looked) return;
    looked = table;
    place.replaceChildren();
    if (!table) return;
    const words = new FormData();
    words.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    words.append("head", table.slice(0, HEAD), table.name);
    try {
      const answer = await fetch(form.dataset.columns, { method: "POST", body: words, headers: { Accept: "text/html" } });
      // Our own server wrote and escaped this part of the page.
      if (answer.ok && table === looked) place.innerHTML = await answer.text();
    } catch {
      looked = null; // no connection: the columns can be corrected later
    }
  }

  let chosen = [];
  // The kit empties the inputs once it has taken their files, so they are noted before that.
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") chosen = chosen.concat([...event.target.files]);
    if (event.target.type === "file" || event.target.name === "reader") look(chosen);
  }, true);
  form.addEventListener("drop", (event) => {
    chosen = chosen.concat([...event.dataTransfer.files]);
    look(chosen);
  }, true);
  form.addEventListener("click", (event) => {
    if (event.target.matches("[x-on\\:click='forget']")) { chosen = []; look(chosen); }
  });
})();
