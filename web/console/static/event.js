// On the page of an event: w walks the marked words, and a closed article gets its text
// without a whole page.
(function () {
  "use strict";
  let at = -1;
  function walk(step) {
    const marks = Array.from(document.querySelectorAll("main mark")).filter((m) => !m.closest("details:not([open])"));
    if (!marks.length) return;
    if (marks[at]) marks[at].classList.remove("at");
    at = (at + step + marks.length) % marks.length;
    const mark = marks[at];
    mark.classList.add("at");
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", (e) => {
    if (document.body.dataset.keys === "off" || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (e.key === "w") walk(1); else if (e.key === "W") walk(-1); else return;
    e.preventDefault();
  });
  // Words that are selected in a text fill the field; the bar with its buttons comes to the window's edge.
  const bar = document.getElementById("words");
  function selected() {
    const chosen = getSelection();
    const at = chosen.rangeCount && chosen.getRangeAt(0).commonAncestorContainer;
    const part = at && (at.nodeType === 1 ? at : at.parentElement);
    if (!part || !part.closest(".articles .text, .articles h3, h1")) return "";
    const copy = chosen.getRangeAt(0).cloneContents();
    copy.querySelectorAll(".n").forEach((n) => n.remove());
    return copy.textContent.replace(/\s+/g, " ").trim().slice(0, 200);
  }
  if (bar) document.addEventListener("selectionchange", () => {
    const text = selected();
    if (text) bar.elements.text.value = text;
    if (text || !bar.contains(document.activeElement)) bar.classList.toggle("floating", !!text);
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && bar && bar.classList.contains("floating")) { getSelection().removeAllRanges(); bar.classList.remove("floating"); }
  });
  document.addEventListener("toggle", (e) => {
    const closed = e.target;
    if (!closed.matches || !closed.matches("details[data-open]") || !closed.open) return;
    const address = closed.dataset.open.split("#")[0];
    const id = closed.closest("article").id;
    fetch(address, { headers: { "X-Requested-With": "fetch" } }).then((answer) => answer.ok ? answer.text() : Promise.reject()).then((html) => {
      const part = new DOMParser().parseFromString(html, "text/html").getElementById(id);
      const text = part && part.querySelector(".opened");
      if (!text) return;
      closed.querySelector(".opened").replaceWith(document.adoptNode(text));
      closed.removeAttribute("data-open");
    }).catch(() => {}); // the link "Show the text" stays
  }, true);
})();
