// The console works without this script. It adds keys, live news, and a panel that opens
// without loading the page.
(function () {
  "use strict";
  const wide = matchMedia("(min-width: 1100px)");
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // A click on a title opens the event beside the list where there is room.
  function peek(address) {
    const columns = $(".columns");
    return htmx.ajax("GET", address, { target: "#peek", select: "#peek", swap: "outerHTML", push: address }).then(() => {
      columns.classList.add("peeking");
      $$(".row.peeked").forEach((row) => { row.classList.remove("peeked"); row.removeAttribute("aria-current"); });
      const id = new URL(address, location.href).searchParams.get("peek");
      const row = document.getElementById("e-" + id);
      if (row) { row.classList.add("peeked"); row.setAttribute("aria-current", "true"); }
    });
  }
  document.addEventListener("click", (e) => {
    const title = e.target.closest("a[data-peek]");
    if (!title || !wide.matches || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.detail === 0) return;
    e.preventDefault();
    title.focus();
    peek(title.dataset.peek);
  });

  // News: the bar says how many events changed; the list stays as it is.
  function listen() {
    const bar = $("#news");
    if (!bar || !window.EventSource) return;
    const live = $("#live");
    const stream = new EventSource("/live");
    stream.onopen = () => { live.hidden = false; };
    stream.onerror = () => { live.hidden = true; };
    stream.addEventListener("changed", () => {
      const address = new URL(bar.dataset.news, location.href);
      new URLSearchParams(location.search).forEach((value, name) => address.searchParams.append(name, value));
      address.searchParams.set("since", bar.dataset.since);
      fetch(address, { headers: { "X-Requested-With": "fetch" } }).then((answer) => answer.ok ? answer.text() : "").then((html) => {
        if (html) bar.innerHTML = html;
      }).catch(() => {});
    });
    addEventListener("pagehide", () => stream.close());
  }

  // Keys. They do nothing in fields, with modifiers, and while Chinese is being typed.
  function row() { const at = document.activeElement.closest && document.activeElement.closest(".row"); return at || $(".row.peeked"); }
  function move(step) {
    const titles = $$(".row .title");
    if (!titles.length) return false;
    const now = titles.findIndex((t) => t.closest(".row") === row());
    const next = titles[Math.max(0, Math.min(titles.length - 1, now < 0 ? 0 : now + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if ($(".columns.peeking") && wide.matches) peek(next.dataset.peek);
    return true;
  }
  const pages = { i: "/inbox", c: "/calendar", r: "/rules", s: "/sources", t: "/sent", p: "/status", a: "/audit" };
  let afterG = -Infinity;
  document.addEventListener("keydown", (e) => {
    if (document.body.dataset.keys === "off" || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || $("dialog[open]")) return;
    const field = e.composedPath()[0]; // also in the shadow root of the editor
    if (field.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
      if (e.key === "Escape" && !e.defaultPrevented) field.blur();
      return;
    }
    if (e.timeStamp - afterG < 1500 && pages[e.key]) { afterG = -Infinity; location.href = pages[e.key]; return; }
    let done = true;
    switch (e.key) {
      case "g": afterG = e.timeStamp; break;
      case "j": done = move(1) || follow("next"); break;
      case "k": done = move(-1) || follow("prev"); break;
      case "p": { const r = row(); if (r) peek($(".title", r).dataset.peek); break; }
      case "x": { const r = row(); if (r) $("input[name=event]", r).click(); break; }
      case "?": location.href = "/keys"; break;
      case "Escape": { const close = $("#peek .close"); if (close) close.click(); else done = false; break; }
      default: done = press(e.key);
    }
    if (done) e.preventDefault();
  });
  function follow(rel) { const link = $("a[rel=" + rel + "]"); if (link) link.click(); return !!link; }
  // press uses the control that names the key. Beside a list the keys are for the row in focus.
  function press(key) {
    const control = $$("[data-key]").find((c) => c.dataset.key === key);
    if (control && control.matches("input")) { control.focus(); control.select(); return true; }
    if (control) { control.click(); return true; }
    const does = { a: "assign", r: "relevant", n: "irrelevant", m: "mute" }[key];
    const at = row();
    const list = $("#list");
    if (!does || !at || !list) return false;
    const alone = !$("input[name=event]:checked", list);
    if (alone) $("input[name=event]", at).checked = true;
    list.requestSubmit($("button[value=" + does + "]", list));
    if (alone && does === "mute") $("input[name=event]", at).checked = false; // the dialog may be left
    return true;
  }

  // A page that asks something opens as a dialog; closing it returns to where the focus was.
  function ask(address) {
    const open = $("dialog[open]");
    if (open) open.close();
    const from = document.activeElement;
    fetch(address, { headers: { "X-Requested-With": "fetch" } }).then((answer) => answer.ok ? answer.text() : Promise.reject()).then((html) => {
      const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part]");
      if (!part) { location.href = address; return; }
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-labelledby", "asked");
      dialog.append(document.adoptNode(part));
      dialog.addEventListener("click", (e) => {
        if (!e.target.closest("[data-close]")) return;
        e.preventDefault();
        dialog.close();
      });
      dialog.addEventListener("close", () => { dialog.remove(); if (from) from.focus(); });
      document.body.append(dialog);
      dialog.showModal();
      const first = $("[autofocus], input:checked", dialog);
      if (first) first.focus();
      if ($("[data-palette]", dialog)) search(dialog);
    }).catch(() => { location.href = address; });
  }
  // The palette: Ctrl K opens it, typing searches, the arrows move, Enter opens the first.
  function openPalette() {
    const address = new URL("/go", location.href);
    const event = location.pathname.match(/^\/events\/([^/]+)/);
    const peeked = new URLSearchParams(location.search).get("peek");
    if (event || peeked) address.searchParams.set("event", event ? event[1] : peeked);
    address.searchParams.set("back", location.pathname + location.search);
    ask(address);
  }
  function search(dialog) {
    const form = $("[data-palette]", dialog);
    let asked = 0;
    form.addEventListener("input", () => {
      const mine = ++asked;
      const address = new URL(form.action);
      address.search = new URLSearchParams(new FormData(form));
      setTimeout(() => {
        if (mine !== asked) return;
        fetch(address, { headers: { "X-Requested-With": "fetch" } }).then((answer) => answer.ok ? answer.text() : Promise.reject()).then((html) => {
          const found = new DOMParser().parseFromString(html, "text/html").getElementById("gofound");
          if (mine === asked && found) $("#gofound", dialog).replaceWith(document.adoptNode(found));
        }).catch(() => {});
      }, 120);
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const first = $("[data-item]", dialog);
      if (first) first.click();
    });
    dialog.addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!step || e.isComposing) return;
      e.preventDefault();
      const stops = [$("#goq", dialog), ...$$("[data-item]", dialog)];
      const next = stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))];
      next.focus();
    });
  }
  document.addEventListener("keydown", (e) => {
    if (e.key.toLowerCase() !== "k" || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey || e.isComposing || $("dialog[open]")) return;
    e.preventDefault();
    openPalette();
  });

  document.addEventListener("click", (e) => {
    const palette = e.target.closest("a[data-palette-link]");
    if (palette && !e.button && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey) {
      e.preventDefault();
      openPalette();
      return;
    }
    const link = e.target.closest("a[data-ask]");
    if (!link || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    ask(link.href);
  });
  document.addEventListener("submit", (e) => {
    if (!e.submitter || !e.submitter.matches("[data-ask]")) return;
    e.preventDefault();
    const address = new URL(e.submitter.formAction, location.href);
    address.search = new URLSearchParams(new FormData(e.target, e.submitter));
    ask(address);
  });
  document.addEventListener("input", (e) => { // a day that is chosen chooses its length
    const day = e.target.closest(".untilday input[type=date]");
    if (day) $("input[type=radio]", day.parentElement).checked = true;
  });

  // A list of words completes a whole field. With what stands before the last word it completes that word.
  document.addEventListener("input", (e) => {
    const words = e.target.list;
    if (!words) return;
    const before = e.target.value.match(/^(?:.*[\s(])?/)[0];
    $$("option", words).forEach((o) => {
      o.dataset.word = o.dataset.word || o.value;
      o.value = before + o.dataset.word;
    });
  });

  // After an action the page returns to the row; the focus goes there too.
  function restoreFocus() {
    const at = location.hash.startsWith("#e-") && document.getElementById(location.hash.slice(1));
    const title = at && $(".title", at);
    if (title) title.focus({ preventScroll: true });
  }
  // A browser that scrolls to the row takes the focus away once the page is loaded.
  addEventListener("load", () => setTimeout(restoreFocus));
  listen();
})();
