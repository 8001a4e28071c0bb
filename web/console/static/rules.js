// The page of a rule works without this script. It checks a draft as one types, shows what was found in the
// editor (editor.js) or beside the text, and adds keys.
(function () {
  "use strict";
  const form = document.querySelector("form[data-rule]");
  if (!form) return;
  const $ = (selector, root) => (root || document).querySelector(selector);
  const check = form.getAttribute("action");
  const code = $("#code");
  const data = (page) => JSON.parse(page.getElementById("editor-data").textContent);
  const first = data(document);
  let editor = null;

  // Line numbers and the marks under problems follow the text. Until the next check only numbers are certain.
  function lines() {
    if (!code || editor) return;
    const n = code.value.split("\n").length;
    code.rows = n;
    const gutter = $("#gutter");
    while (gutter.children.length > n) gutter.lastChild.remove();
    while (gutter.children.length < n) {
      const li = document.createElement("li");
      li.textContent = gutter.children.length + 1;
      gutter.append(li);
    }
  }

  const slow = 400;      // ms, after which a change is checked, and a check says that it is at work
  const longest = 30000; // ms, after which a check has failed
  let running = null, timer = 0, counting = 0, dirty = false;
  const hide = (selector, hidden) => { const p = $(selector); if (p) p.hidden = hidden; };

  // ask has the draft checked, in place of an earlier check that is not finished. The text to try is sent only if a
  // person asks for it, for its address would be fetched.
  // Look says that nothing was written yet, so that no draft is kept.
  function ask({ tryIt = false, look = false } = {}) {
    clearTimeout(timer);
    timer = 0;
    if (running) running.abort();
    const mine = running = new AbortController();
    const body = new URLSearchParams(new FormData(form)), text = code && code.value;
    if (!tryIt) body.delete("try");
    if (look) body.set("look", "1");
    clearTimeout(counting);
    counting = setTimeout(() => hide(".counting", false), slow);
    fetch(check, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.any([mine.signal, AbortSignal.timeout(longest)]) })
      .then((answer) => answer.status === 200 || answer.status === 422 ? answer.text() : Promise.reject(new Error(answer.status)))
      .then((html) => {
        if (mine !== running) return;
        done();
        if (!timer) dirty = false; // the draft is kept
        show(new DOMParser().parseFromString(html, "text/html"), text, tryIt);
      })
      .catch(() => { if (mine === running) { done(); hide(".uncounted", false); } });
  }
  function done() {
    running = null;
    clearTimeout(counting);
    hide(".counting", true);
  }

  // show takes over what the server found in a text. What is being typed and where the focus is stay.
  function show(page, text, tried) {
    ["problems", "gutter", "backdrop", "savebar"].forEach((id) => {
      const from = page.getElementById(id), to = document.getElementById(id);
      if (from && to && !to.contains(document.activeElement)) to.replaceChildren(...from.childNodes);
    });
    const from = page.getElementById("effect"), to = $("#effect"), trial = $("#trial");
    if (from && to) {
      const focus = document.activeElement && document.activeElement.id;
      const open = Array.from(to.querySelectorAll("details")).map((d) => d.open);
      if (!tried && trial && page.getElementById("trial")) page.getElementById("trial").replaceWith(trial);
      const at = trial && trial.contains(document.activeElement) && document.activeElement.selectionStart;
      to.replaceChildren(...from.childNodes);
      to.querySelectorAll("details").forEach((d, i) => { d.open = d.open || !!open[i]; });
      if (focus === "try") {
        const field = $("#try");
        field.focus({ preventScroll: true });
        if (typeof at === "number") field.setSelectionRange(at, at);
      } else if (tried) $("#trial [data-try]").focus({ preventScroll: true });
    }
    const found = data(page);
    if (editor) editor.show(text, found);
    inline();
    if (code) code.toggleAttribute("aria-invalid", !!$("#problems .error"));
    const save = $("[data-save]", form);
    if (save) save.disabled = !!$("#problems .error");
    lines();
    if (toSave) saveNow();
  }

  // saveNow saves the draft. If it had a mistake and has changed since, it is checked first.
  let toSave = false;
  function saveNow() {
    const save = $("[data-save]", form);
    toSave = save.disabled && !toSave && !!(running || timer);
    if (toSave) ask();
    else if (!save.disabled) form.requestSubmit(save);
  }

  // inline hides the problems that the editor shows below their lines.
  function inline() {
    const list = $("#problems .error");
    if (!editor || !list) return;
    list.querySelectorAll("li[data-inline]").forEach((li) => { li.hidden = true; });
    list.hidden = !list.querySelector("li:not([hidden])");
  }

  function changed() {
    dirty = true;
    lines();
    const backdrop = $("#backdrop");
    if (backdrop) backdrop.replaceChildren();
    if ($("#trial .tried")) hide("#trial .outdated", false);
    clearTimeout(timer);
    timer = setTimeout(ask, slow);
  }
  document.addEventListener("input", (e) => { if (e.target.form === form && e.target.id !== "try") changed(); });
  document.addEventListener("click", (e) => {
    if (!e.target.closest("[data-try]")) return;
    e.preventDefault();
    ask({ tryIt: true });
  });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  if (code) code.addEventListener("scroll", () => { $("#backdrop").scrollLeft = code.scrollLeft; });

  if (code && window.ruleEditor) {
    editor = window.ruleEditor(code, { labels: first.labels, phrases: first.phrases, changed });
    editor.show(code.value, first);
    inline();
    fetch("/rules/words.json").then((answer) => answer.ok ? answer.json() : null).then((words) => editor.setWords(words)).catch(() => {});
  }

  // go puts the cursor at a line and column of the text.
  function go(line, column) {
    if (!code || !line) return;
    if (editor) return editor.go(line, column);
    const before = code.value.split("\n").slice(0, line - 1).join("\n");
    const at = (line > 1 ? before.length + 1 : 0) + Math.max(0, column - 1);
    code.focus({ preventScroll: true });
    code.setSelectionRange(at, at);
    const row = $("#gutter").children[line - 1];
    if (row) row.scrollIntoView({ block: "center" });
  }
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-line]");
    if (!link || !code) return;
    e.preventDefault();
    go(Number(link.dataset.line), Number(link.dataset.col));
  });
  let next = 0;
  document.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key === "s") {
      e.preventDefault();
      saveNow();
    } else if (e.key === "F8") {
      const links = document.querySelectorAll("#problems a[data-line]");
      if (editor ? editor.next() : links.length) e.preventDefault();
      if (!editor && links.length) links[next++ % links.length].click();
    } else if (e.altKey && (e.key === "1" || e.key === "2")) {
      e.preventDefault();
      form.requestSubmit($("button[name=tab][value=" + (e.key === "1" ? "form" : "yaml") + "]", form));
    }
  });
  lines();
  if (!$("#effect .figures")) ask({ look: true });
})();
