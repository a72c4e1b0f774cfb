// Habits of every page: keys, hold to reveal, times kept fresh, toasts, offline, unsaved words kept.
"use strict";

(() => {
  const root = document.documentElement;
  const body = document.body;
  const locale = `${body.dataset.language || "ar"}-u-nu-${body.dataset.digits || "latn"}`;
  const number = new Intl.NumberFormat(locale);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const seen = (element) => element && element.getClientRects().length > 0;
  const first = (selector) => all(selector).find(seen);

  // --- keys: by place on the keyboard, so that they are the same in Arabic layout ------------------
  const writing = (target) =>
    target.isContentEditable ||
    (target.matches("input, select, textarea") && !target.matches("[type=radio], [type=checkbox], [type=button]"));

  function move(step) {
    const links = all("[data-list] :is([data-open], .row-link, .item-link)").filter(seen);
    if (!links.length) return;
    const place = links.findIndex((link) => link === document.activeElement || link.closest("li, tr")?.contains(document.activeElement));
    const marked = links.findIndex((link) => link.closest("[aria-current]"));
    const from = place >= 0 ? place : marked;
    const next = links[Math.max(0, Math.min(links.length - 1, from + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function choose(place) {
    const group = document.activeElement?.closest("[data-choices]") || first("[data-choices]");
    const control = group && all("input[type=radio], input[type=checkbox], button", group).filter((one) => !one.disabled)[place];
    if (!control) return;
    control.focus();
    control.click();
  }

  const press = (key) => {
    const control = first(`[data-key="${key}"]:not(:disabled)`);
    if (!control) return false;
    if (control.matches("input, select, textarea") || control.hasAttribute("data-key-focus")) control.focus();
    else control.click();
    control.scrollIntoView({ block: "nearest" });
    return true;
  };

  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (writing(event.target)) {
      if (event.code === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    let done = true;
    if (going && letter) {
      going = 0;
      const link = document.querySelector(`[data-go="${letter}"]`);
      if (link) link.click();
      else done = false;
    } else if (event.code === "Slash" && event.shiftKey) document.getElementById("keys-dialog")?.showModal();
    else if (event.code === "Slash") (first("[data-search-here]") || first("[data-search]"))?.focus();
    else if (event.shiftKey) return;
    else if (letter === "g") {
      going = window.setTimeout(() => { going = 0; }, 1500);
    } else if (letter === "j") move(1);
    else if (letter === "k") move(-1);
    else if (digit) choose(Number(digit) - 1);
    else if (letter) done = press(letter);
    else done = false;
    if (done) event.preventDefault();
  });

  // --- menus, dialogs --------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.matches("dialog")) event.target.close();
    for (const menu of all("details.menu[open], details.nav-more[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Escape") return;
    for (const menu of all("details.menu[open], details.nav-more[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // --- theme: seen at once, kept by the server ---------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const before = root.dataset.theme;
    const show = (value) => {
      root.dataset.theme = value;
      for (const button of all("button[name=theme]", form)) button.setAttribute("aria-pressed", String(button.value === value));
    };
    show(theme);
    const words = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body: words, redirect: "manual" }).then(
      (answer) => { if (answer.status >= 400) show(before); },
      () => show(before),
    );
  });

  // --- evidence: a mark and its note light up together --------------------------------------------------
  const light = (numbers, on) => {
    for (const one of numbers) {
      for (const part of all(`.hl[data-notes~="${one}"], .reading-known[data-notes~="${one}"], .hl-ref[data-note="${one}"], #note-${one}`)) part.classList.toggle("is-on", on);
    }
  };
  const notesOf = (target) => {
    const part = target.closest?.(".hl, .hl-ref, .note");
    if (!part) return null;
    return (part.dataset.notes || part.dataset.note || part.id.replace("note-", "")).split(" ");
  };
  for (const [kind, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(kind, (event) => {
      const numbers = notesOf(event.target);
      if (numbers) light(numbers.filter((one) => /^\d+$/.test(one)), on);
    });
  }

  // --- media: hold to reveal, release to hide ------------------------------------------------------------
  let held = null;
  function reveal(button) {
    if (held === button) return;
    hide();
    held = button;
    let picture = button.querySelector("img");
    if (!picture) {
      picture = document.createElement("img");
      picture.alt = "";
      button.querySelector(".icon")?.setAttribute("hidden", "");
      button.prepend(picture);
    }
    if (button.dataset.src && picture.getAttribute("src") !== button.dataset.src) picture.src = button.dataset.src;
    button.classList.add("is-open");
    button.setAttribute("aria-pressed", "true");
    if (button.dataset.exposure && window.htmx) window.htmx.ajax("POST", button.dataset.exposure, { swap: "none" }); // the count comes out of band
  }
  function hide() {
    if (!held) return;
    held.classList.remove("is-open");
    held.setAttribute("aria-pressed", "false");
    held = null;
  }
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.("[data-hold]");
    if (button && event.button === 0) reveal(button);
  });
  for (const kind of ["pointerup", "pointercancel", "blur"]) window.addEventListener(kind, hide);
  document.addEventListener("visibilitychange", hide);
  document.addEventListener("contextmenu", (event) => { if (event.target.closest?.("[data-hold]")) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.("[data-hold]");
    if (button && (event.code === "Space" || event.code === "Enter")) { event.preventDefault(); reveal(button); }
  });
  document.addEventListener("keyup", (event) => { if (event.code === "Space" || event.code === "Enter") hide(); });
  document.addEventListener("focusout", (event) => { if (event.target === held) hide(); });

  // --- times -----------------------------------------------------------------------------------------------
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  function freshen() {
    for (const time of all("time[data-ago]")) {
      const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
      const size = Math.abs(seconds);
      if (size < 45 || size > 30.5 * 86400) continue; // the server's words stand
      const [unit, length] = size < 59.5 * 60 ? ["minute", 60] : size < 23.5 * 3600 ? ["hour", 3600] : ["day", 86400];
      const text = relative.format(Math.sign(seconds) * Math.round(size / length), unit);
      if (time.textContent !== text) time.textContent = text;
    }
  }
  window.setInterval(freshen, 30000);

  const ends = new WeakMap();
  function count() {
    for (const part of all("[data-countdown]")) {
      if (!ends.has(part)) ends.set(part, Date.now() + Number(part.dataset.countdown) * 1000);
      const left = Math.max(0, Math.round((ends.get(part) - Date.now()) / 1000));
      part.textContent = number.format(left);
      if (left === 0) {
        const whole = part.closest("[data-ends]");
        if (whole) whole.hidden = true;
      }
    }
  }
  window.setInterval(count, 1000);

  // --- toasts -----------------------------------------------------------------------------------------------
  const tray = document.getElementById("toasts");
  function settle(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", tray.dataset.close);
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (toast.matches(".toast-error, .toast-warning, :has(form, a)")) return;
    let timer = 0;
    const start = () => { timer = window.setTimeout(() => toast.remove(), 6000); };
    toast.addEventListener("mouseenter", () => window.clearTimeout(timer));
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusin", () => window.clearTimeout(timer));
    start();
  }
  function say(text, level = "success") {
    const toast = document.createElement("div");
    toast.className = `toast toast-${level}`;
    const words = document.createElement("span");
    words.textContent = text;
    toast.append(words);
    tray.append(toast);
    settle(toast);
  }
  if (tray) for (const toast of all(".toast", tray)) settle(toast);
  document.addEventListener("toast", (event) => say(event.detail.text ?? event.detail.value, event.detail.level));

  // --- connection ---------------------------------------------------------------------------------------------
  const connection = () => root.classList.toggle("is-offline", !navigator.onLine);
  window.addEventListener("online", connection);
  window.addEventListener("offline", connection);
  connection();

  // --- unsaved words stay in this tab until the form is sent ------------------------------------------------------
  const place = (form) => `turs:${location.pathname}#${form.dataset.keep || form.id}`;
  const values = (form) =>
    all("textarea[name], select[name], input[name]", form)
      .filter((one) => !one.matches("[type=hidden], [type=password], [type=file]"));
  function keep(event) {
    const form = event.target.closest?.("form[data-keep]");
    if (!form) return;
    const kept = values(form).map((one) => [one.name, one.type, one.value, one.checked]);
    try { sessionStorage.setItem(place(form), JSON.stringify(kept)); } catch { /* full or forbidden: nothing to do */ }
  }
  document.addEventListener("input", keep);
  document.addEventListener("change", keep);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]") && navigator.onLine) sessionStorage.removeItem(place(event.target));
  });
  function recall(from) {
    for (const form of all("form[data-keep]", from)) {
      const text = sessionStorage.getItem(place(form));
      if (!text || form.querySelector(".has-error")) continue;
      const kept = JSON.parse(text);
      for (const one of values(form)) {
        const old = kept.find(([name, type, value]) =>
          name === one.name && type === one.type && (!/radio|checkbox/.test(type) || value === one.value));
        if (!old) continue;
        if (/radio|checkbox/.test(one.type)) one.checked = old[3];
        else one.value = old[2];
      }
    }
  }
  recall(document);

  // --- after htmx swaps -----------------------------------------------------------------------------------------
  document.addEventListener("htmx:afterSettle", (event) => {
    recall(event.target);
    freshen();
    count();
    event.target.querySelector?.("[data-focus]")?.focus();
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, () => root.classList.add("is-offline"));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) connection(); });
  document.querySelector("[data-focus]")?.focus();
  count();
  freshen();
})();
