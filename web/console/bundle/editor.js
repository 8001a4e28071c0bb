// The editor of a rule: CodeMirror over the textarea of the page, which stays the field that is sent.
import { EditorState, StateEffect, StateField, Compartment, RangeSet, RangeSetBuilder } from '@codemirror/state';
import {
  Decoration, EditorView, GutterMarker, WidgetType, drawSelection, gutter, gutterLineClass, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from '@codemirror/view';
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { tags } from '@lezer/highlight';
import { completer } from './complete.js';

const mono = 'var(--mono)';
const theme = EditorView.theme({
  '&': { font: `13px/20px ${mono}`, color: 'var(--ink)', backgroundColor: 'var(--canvas)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit', overflowX: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 4px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: 'var(--selected)' },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--mark)', color: 'var(--mark-ink)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--mark)', color: 'var(--mark-ink)', outline: '2px solid var(--accent)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selected)', outline: '1px solid var(--edge)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--error-ground)' },
  '.cm-activeLine': { backgroundColor: 'light-dark(rgb(29 39 51 / .03), rgb(230 234 240 / .04))' },
  '.cm-gutters': { color: 'var(--soft)', backgroundColor: 'var(--canvas)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '28px', padding: '0 8px 0 4px' },
  '.cm-results .cm-gutterElement': { width: '16px', textAlign: 'center' },
  '.pass': { color: 'var(--ok)' },
  '.fail': { color: 'var(--critical)' },
  '.cm-gutterElement.wrong': { color: 'var(--critical)', backgroundColor: 'var(--error-ground)', fontWeight: '600' },
  '.cm-line.wrong': { backgroundColor: 'var(--error-ground)' },
  '.problem': { textDecoration: 'underline wavy var(--critical) 1px', textDecorationSkipInk: 'none' },
  // The height of a widget may have no margins.
  '.below': { position: 'sticky', left: '0', width: 'fit-content', maxWidth: 'min(800px, calc(100cqw - 64px))', padding: '2px 0 4px 4px' },
  '.card': {
    font: '13px/20px var(--sans)', color: 'var(--ink)', backgroundColor: 'var(--error-ground)', borderLeft: '3px solid var(--critical)', padding: '4px 12px',
    whiteSpace: 'normal', overflowWrap: 'anywhere',
  },
  '.card button': { font: 'inherit', fontWeight: '600', color: 'var(--accent)', background: 'none', border: '0', minHeight: '24px', padding: '0 4px', cursor: 'pointer' },
  '.card button:focus-visible': { outline: '2px solid var(--accent)' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--canvas)', border: '1px solid var(--line)', borderRadius: '6px', boxShadow: '0 12px 32px rgb(29 39 51 / .14)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: mono, fontSize: '13px', maxHeight: '240px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', lineHeight: '20px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--ink)', backgroundColor: 'var(--selected)' },
  '.cm-completionDetail': { color: 'var(--soft)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionInfo': { font: '12px/16px var(--sans)', padding: '8px 12px' },
  '.cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--side)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--hairline)' },
  '.cm-panel.cm-search': { font: '13px/20px var(--sans)', padding: '8px 28px 8px 8px' },
  '.cm-panel.cm-search label': { fontSize: '13px', display: 'inline-flex', alignItems: 'center', minHeight: '24px' },
  '.cm-panel.cm-search [name=close]': { font: '20px/24px var(--sans)', width: '24px', height: '24px', color: 'var(--ink)' },
  '.cm-textfield, .cm-button': {
    font: '13px/20px var(--sans)', color: 'var(--ink)', backgroundColor: 'var(--canvas)', backgroundImage: 'none', border: '1px solid var(--edge)', borderRadius: '6px', minHeight: '26px', padding: '2px 8px',
  },
  '.cm-textfield:focus-visible, .cm-button:focus-visible': { outline: '2px solid var(--accent)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--soft)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: 'var(--medium)' },
]);

// What the server found: problems with { from, to, line, ... }, and the results of examples by line.
const found = StateEffect.define();

const findings = StateField.define({
  create: () => ({ problems: [], results: [] }),
  update(value, tr) {
    for (const e of tr.effects) if (e.is(found)) return e.value;
    if (!tr.docChanged) return value;
    const move = (x) => ({ ...x, from: tr.changes.mapPos(x.from, 1), to: tr.changes.mapPos(x.to, -1) });
    return { ...value, problems: value.problems.map(move).map((p) => ({ ...p, to: Math.max(p.from, p.to) })), results: value.results.map(move) };
  },
});

class Card extends WidgetType {
  constructor(problem, labels) { super(); this.problem = problem; this.labels = labels; }

  eq(other) { return other.problem.message === this.problem.message && other.problem.replace === this.problem.replace; }

  toDOM(view) {
    const card = document.createElement('div');
    card.className = 'card';
    const place = document.createElement('span');
    place.textContent = this.problem.place + ' ';
    const what = document.createElement('span');
    what.lang = 'en';
    what.textContent = this.problem.message;
    card.append(place, what);
    if (this.problem.replace) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = this.labels.replace;
      button.setAttribute('aria-label', this.labels.replaceWith.replace('%s', this.problem.replace));
      button.addEventListener('click', () => {
        const now = view.state.field(findings).problems.find((p) => p.id === this.problem.id) || this.problem;
        view.dispatch({ changes: { from: now.from, to: now.to, insert: now.replace }, selection: { anchor: now.from + now.replace.length }, userEvent: 'input.replace' });
        view.focus();
      });
      card.append(' ', button);
    }
    const below = document.createElement('div');
    below.className = 'below';
    below.append(card);
    return below;
  }

  ignoreEvent() { return true; }
}

const wrongLine = Decoration.line({ class: 'wrong' }), wrongWord = Decoration.mark({ class: 'problem' });
class Wrong extends GutterMarker { constructor() { super(); this.elementClass = 'wrong'; } }
class Result extends GutterMarker {
  constructor(ok) { super(); this.ok = ok; }
  eq(other) { return other.ok === this.ok; }
  toDOM() {
    const mark = document.createElement('span');
    mark.className = this.ok ? 'pass' : 'fail';
    mark.textContent = this.ok ? '✓' : '✕';
    return mark;
  }
}
const wrongMarker = new Wrong(), passed = new Result(true), failed = new Result(false);

function decorate(state, labels) {
  const all = [];
  for (const p of state.field(findings).problems) {
    const line = state.doc.lineAt(Math.min(p.from, state.doc.length));
    all.push(wrongLine.range(line.from));
    const to = Math.min(p.to, line.to);
    if (to > p.from) all.push(wrongWord.range(p.from, to));
    all.push(Decoration.widget({ widget: new Card(p, labels), block: true, side: 1 }).range(line.to));
  }
  return Decoration.set(all, true);
}

// typeOver replaces selected text by what is typed. Left to itself, Chromium keeps the colour of the text that
// it replaces in a style attribute, which the page's policy refuses.
const typeOver = EditorView.domEventHandlers({
  beforeinput(e, view) {
    const { main, ranges } = view.state.selection;
    if (e.inputType !== 'insertText' || !e.data || e.isComposing || view.composing || main.empty || ranges.length > 1) return false;
    const insert = () => view.state.update({ ...view.state.replaceSelection(e.data), userEvent: 'input.type', scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, e.data, insert))) view.dispatch(insert());
    e.preventDefault();
    return true;
  },
});

// create puts an editor in place of a textarea.
function create(textarea, { labels, phrases, changed }) {
  const host = document.createElement('div');
  host.className = 'codemirror';
  const plain = textarea.closest('#codebox');
  plain.after(host);
  plain.hidden = true;
  const root = host.attachShadow({ mode: 'open' });
  let words = null;
  const invalid = new Compartment();
  const content = (problems) => EditorView.contentAttributes.of({
    'aria-label': labels.name, 'aria-multiline': 'true', tabindex: '0', spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off', ...(problems ? { 'aria-invalid': 'true' } : {}),
  });
  const decorations = StateField.define({
    create: (state) => decorate(state, labels),
    update: (value, tr) => tr.docChanged || tr.effects.some((e) => e.is(found)) ? decorate(tr.state, labels) : value,
    provide: (f) => EditorView.decorations.from(f),
  });
  const markers = (kind) => (state) => {
    const builder = new RangeSetBuilder(), at = new Map();
    const { problems, results } = state.field(findings);
    if (kind === 'wrong') problems.forEach((p) => at.set(state.doc.lineAt(Math.min(p.from, state.doc.length)).from, wrongMarker));
    else {
      results.forEach((r) => { const l = state.doc.lineAt(Math.min(r.from, state.doc.length)).from; if (at.get(l) !== failed) at.set(l, r.ok ? passed : failed); });
      problems.forEach((p) => at.set(state.doc.lineAt(Math.min(p.from, state.doc.length)).from, failed));
    }
    [...at.entries()].sort((a, b) => a[0] - b[0]).forEach(([from, marker]) => builder.add(from, from, marker));
    return builder.finish() ?? RangeSet.empty;
  };
  const view = new EditorView({
    root, parent: root,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        findings, decorations,
        gutter({ class: 'cm-results', markers: (v) => markers('result')(v.state), lineMarkerChange: (u) => u.docChanged || u.transactions.some((t) => t.effects.some((e) => e.is(found))), initialSpacer: () => passed }),
        lineNumbers(), gutterLineClass.compute([findings], markers('wrong')),
        highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches(),
        yaml(), syntaxHighlighting(colours), indentUnit.of('  '), EditorState.tabSize.of(2), EditorState.phrases.of(phrases),
        autocompletion({ override: [completer(() => words)], icons: false }), search({ top: true }), typeOver, theme, invalid.of(content(0)),
        EditorView.updateListener.of((u) => {
          if (!u.docChanged) return;
          textarea.value = u.state.doc.toString();
          changed();
        }),
        keymap.of([...closeBracketsKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...defaultKeymap]),
      ],
    }),
  });

  // position is the offset of a line and a column, which counts characters and no byte order mark.
  const position = (line, column) => {
    if (line < 1 || line > view.state.doc.lines) return null;
    const { from, text } = view.state.doc.line(line);
    const mark = line === 1 && text.startsWith('\ufeff') ? 1 : 0;
    const before = Array.from(text.slice(mark)).slice(0, Math.max(0, column - 1)).join('');
    return Math.min(from + mark + before.length, from + text.length);
  };

  // range is what of the text a problem is about: the word that it names, or the one that begins there.
  const range = ({ line, col, wrong }) => {
    const from = position(line, col);
    if (from === null) return null;
    const { to, text, from: start } = view.state.doc.line(line);
    if (!col) return { from: start + text.length - text.trimStart().length, to };
    const rest = text.slice(from - start);
    if (wrong && rest.startsWith(wrong)) return { from, to: from + wrong.length, exact: true };
    if (wrong && /^["']/.test(rest) && rest.slice(1).startsWith(wrong)) return { from: from + 1, to: from + 1 + wrong.length, exact: true };
    return { from, to: from + (/^.[^ :,\]}]*/su.exec(rest)?.[0].length ?? 0) };
  };

  const go = (from, text) => {
    view.dispatch({ selection: { anchor: from }, effects: [EditorView.scrollIntoView(from, { y: 'center' }), ...(text ? [EditorView.announce.of(text)] : [])] });
    view.focus();
  };
  return {
    // show shows what the server found in the text, if that is still the text.
    show(text, { problems, examples }) {
      if (text !== textarea.value) return;
      const shown = problems.flatMap((p, id) => {
        const at = range(p);
        return at ? [{ ...p, ...at, id, replace: at.exact ? p.replace : '' }] : [];
      });
      const results = examples.flatMap((x) => { const from = position(x.line, 1); return from === null ? [] : [{ from, to: from, ok: x.ok }]; });
      view.dispatch({ effects: [found.of({ problems: shown, results }), invalid.reconfigure(content(shown.length))] });
    },
    setWords(known) { words = known; },
    go(line, column) { const from = position(line, column); if (from !== null) go(from); },
    // next goes to the next problem after the cursor, or to the first one.
    next() {
      const all = [...view.state.field(findings).problems].sort((a, b) => a.from - b.from);
      if (!all.length) return false;
      const at = view.state.selection.main.head;
      const p = all.find((x) => x.from > at) ?? all[0];
      go(p.from, `${p.place} ${p.message}`);
      return true;
    },
  };
}

window.ruleEditor = create;
