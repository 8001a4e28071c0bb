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
