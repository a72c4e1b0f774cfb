// Alpine components (CSP build: every expression in a page is a name registered here).
"use strict";

document.addEventListener("alpine:init", () => {
  const locale = `${document.body.dataset.language || "ar"}-u-nu-${document.body.dataset.digits || "latn"}`;
  const number = new Intl.NumberFormat(locale);

  // Rows picked in a table: the bar of bulk actions appears with the first.
  window.Alpine.data("bulk", () => ({
    picked: 0,
    get any() { return this.picked > 0; },
    get count() { return number.format(this.picked); },
    boxes() { return [...this.$root.querySelectorAll("input[data-pick]")]; },
    update() {
      const boxes = this.boxes();
      this.picked = boxes.filter((box) => box.checked).length;
      for (const box of boxes) box.closest("tr, li")?.classList.toggle("is-picked", box.checked);
      const whole = this.$root.querySelector("input[data-pick-all]");
      if (whole) {
        whole.checked = this.picked > 0 && this.picked === boxes.length;
        whole.indeterminate = this.picked > 0 && this.picked < boxes.length;
      }
    },
    toggleAll(event) {
      for (const box of this.boxes()) box.checked = event.target.checked;
      this.update();
    },
    clear() {
      for (const box of this.boxes()) box.checked = false;
      this.update();
    },
    init() { this.update(); },
  }));

  // Files dropped or chosen, folders too, sent with their relative paths and with progress.
  window.Alpine.data("upload", () => ({
    files: [],
    over: false,
    sending: false,
    percent: 0,
    failed: "",
    get any() { return this.files.length > 0; },
    get none() { return this.files.length === 0; },
    get ready() { return this.files.length > 0 && !this.sending; },
    get blocked() { return !this.ready; },
    get count() { return number.format(this.files.length); },
    get percentWords() { return `${number.format(this.percent)}\u202f%`; },
    get shown() { return this.files.slice(0, 200); },
    get weight() { return this.size(this.files.reduce((sum, { file }) => sum + file.size, 0)); },
    get zoneClass() { return this.over ? "is-over" : ""; },
    size(bytes) {
      const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
      let step = 0;
      let amount = bytes;
      while (amount >= 1000 && step < 3) { amount /= 1000; step += 1; }
      return new Intl.NumberFormat(locale, { style: "unit", unit: units[step], maximumFractionDigits: step ? 1 : 0 }).format(amount);
    },
    add(file, path) {
      if (!this.files.some((one) => one.path === path)) this.files.push({ file, path, words: this.size(file.size) });
    },
    enter(event) { event.preventDefault(); this.over = true; },
    leave() { this.over = false; },
    async drop(event) {
      event.preventDefault();
      this.over = false;
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      if (entries.length) for (const entry of entries) await this.walk(entry, "");
      else for (const file of event.dataTransfer.files) this.add(file, file.name);
    },
    async walk(entry, folder) {
      const path = folder + entry.name;
      if (entry.isFile) return this.add(await new Promise((good, bad) => entry.file(good, bad)), path);
      const reader = entry.createReader();
      for (;;) { // a reader gives at most a hundred entries a time
        const some = await new Promise((good, bad) => reader.readEntries(good, bad));
        if (!some.length) return undefined;
        for (const one of some) await this.walk(one, `${path}/`);
      }
    },
    chosen(event) {
      for (const file of event.target.files) this.add(file, file.webkitRelativePath || file.name);
      event.target.value = "";
    },
    forget() { this.files = []; this.failed = ""; },
    send(event) {
      const form = this.$root.closest("form") || this.$root.querySelector("form") || this.$root;
      if (!this.files.length) return; // nothing dropped: the form goes as it is
      event.preventDefault();
      const words = new FormData(form);
      words.delete("files");
      words.delete("folder");
      for (const { file, path } of this.files) {
        words.append("files", file, file.name);
        words.append("paths", path); // in the order of the files
      }
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("Accept", "text/html");
      request.upload.addEventListener("progress", (now) => {
        if (now.lengthComputable) this.percent = Math.floor((100 * now.loaded) / now.total);
      });
      request.addEventListener("load", () => {
        this.sending = false;
        const next = request.getResponseHeader("HX-Redirect");
        if (request.status < 400) location.assign(next || request.responseURL);
        else this.failed = decodeURIComponent(request.getResponseHeader("X-Problem") || "") || this.$root.dataset.refused;
      });
      request.addEventListener("error", () => { this.sending = false; this.failed = this.$root.dataset.broken; });
      this.failed = "";
      this.sending = true;
      this.percent = 0;
      request.send(words);
    },
  }));
});
