// The page of a rule works without this script. It checks a draft as one types, keeps line numbers, and adds keys.
(function () {
  "use strict";
  const form = document.querySelector("form[data-rule]");
  if (!form) return;
  const $ = (selector, root) => (root || document).querySelector(selector);
  const check = form.getAttribute("action");
  const code = $("#code");

  // Line numbers and the marks under problems follow the text. Until the next check only numbers are certain.
  function lines() {
    if (!code) return;
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

  let asked = 0, timer = 0, counting = 0;
  function ask() {
    const now = ++asked;
    clearTimeout(counting);
    counting = setTimeout(() => { const p = $(".counting"); if (p) p.hidden = false; }, 400);
    fetch(check, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "fetch" } })
      .then((answer) => answer.status === 200 || answer.status === 422 ? answer.text() : "")
      .then((html) => { if (html && now === asked) show(new DOMParser().parseFromString(html, "text/html")); })
      .catch(() => {})
      .finally(() => { clearTimeout(counting); const p = $(".counting"); if (p) p.hidden = true; });
  }

  // show takes over what the server found. What is being typed and where the focus is stay.
  function show(page) {
    ["problems", "gutter", "backdrop", "savebar"].forEach((id) => {
      const from = page.getElementById(id), to = document.getElementById(id);
      if (from && to && !to.contains(document.activeElement)) to.replaceChildren(...from.childNodes);
    });
    const tried = document.activeElement && document.activeElement.id === "try" ? document.activeElement : null;
    const from = page.getElementById("effect"), to = $("#effect");
    if (from && to) {
      const at = tried && [tried.selectionStart, tried.selectionEnd, tried.value];
      const open = Array.from(to.querySelectorAll("details")).map((d) => d.open);
      to.replaceChildren(...from.childNodes);
      to.querySelectorAll("details").forEach((d, i) => { d.open = d.open || !!open[i]; });
      if (at) { const field = $("#try"); field.value = at[2]; field.focus({ preventScroll: true }); field.setSelectionRange(at[0], at[1]); }
    }
    if (code) code.toggleAttribute("aria-invalid", !!$("#problems .error"));
    const save = $("[data-save]", form);
    if (save) save.disabled = !!$("#problems .error");
    lines();
  }

  let dirty = false;
  document.addEventListener("input", (e) => {
    if (e.target.form !== form) return;
    dirty = dirty || e.target.id !== "try";
    lines();
    const backdrop = $("#backdrop");
    if (backdrop && e.target === code) backdrop.replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  if (code) code.addEventListener("scroll", () => { $("#backdrop").scrollLeft = code.scrollLeft; });

  // go puts the cursor at a line and column of the text.
  function go(line, column) {
    if (!code || !line) return;
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
      const save = $("[data-save]", form);
      if (!save.disabled) form.requestSubmit(save);
    } else if (e.key === "F8") {
      const links = document.querySelectorAll("#problems a[data-line]");
      if (!links.length) return;
      e.preventDefault();
      links[next++ % links.length].click();
    } else if (e.altKey && (e.key === "1" || e.key === "2")) {
      e.preventDefault();
      form.requestSubmit($("button[name=tab][value=" + (e.key === "1" ? "form" : "yaml") + "]", form));
    }
  });
  lines();
  if (!$("#effect .figures")) ask();
})();
