// Completion of the keys and values of a rule: from the JSON Schema of its language, the names that
// the file defines, and what the folder has (sources, routes, vocabulary).
import { names, place } from './place.js';

// all returns the schemas that a schema may stand for.
function all(root, schema, seen = new Set()) {
  if (!schema || seen.has(schema)) return [];
  seen.add(schema);
  const parts = [schema];
  if (schema.$ref) parts.push(...all(root, root.$defs[schema.$ref.split('/').at(-1)], seen));
  for (const s of [...(schema.oneOf || []), ...(schema.anyOf || []), ...(schema.allOf || [])]) parts.push(...all(root, s, seen));
  return parts;
}

// at returns the schemas of what a path leads to. A list of one may be written as its item.
function at(root, path) {
  let now = all(root, root);
  for (const key of path) {
    now = now.flatMap((s) => key === '[]' ? all(root, s.items) : all(root, s.properties?.[key] ?? (typeof s.additionalProperties === 'object' ? s.additionalProperties : undefined)));
  }
  return now;
}

const plain = /^[\p{L}=][\p{L}\p{N}_./ *=-]*$/u;
const quoted = (s) => plain.test(s) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(s) ? s : "'" + s.replaceAll("'", "''") + "'";

// values returns what the folder and the file offer for a key.
function values(words, text, key) {
  const own = (top) => names(text, top).map((label) => ({ label, detail: top }));
  const lists = () => {
    const used = Object.entries(words.lists).filter(([file]) => text.includes(file));
    return own('terms').concat(used.flatMap(([file, lists]) => lists.map((label) => ({ label, detail: file }))));
  };
  const named = (values) => values.map(({ name, title }) => ({ label: name, detail: title }));
  const make = {
    terms: lists, use: () => own('define'), near: () => own('define').concat(lists()), vocabulary: () => Object.keys(words.lists).map((label) => ({ label })),
    routes: () => named(words.routes), source: () => named(words.sources), rule: () => named(words.rules), owner: () => named(words.recipients), topic: () => named(words.topics),
    jurisdiction: () => named(words.jurisdictions), language: () => named(words.languages), lang: () => named(words.languages),
  }[key];
  return make ? make() : [];
}

// completer returns a source of completions for CodeMirror. Words are what the server knows.
export function completer(words) {
  return (context) => {
    const { doc } = context.state;
    const known = words();
    if (!known) return null;
    const found = place(doc.sliceString(0, context.pos));
    if (!found) return null;
    const { path, word, kind } = found;
    if (!context.explicit && !word && kind !== 'value') return null;
    if (/^["'&*!|>]/.test(word) || /\s/.test(word.trim()) && kind !== 'value') return null;
    const text = doc.toString(), options = [];
    const schemas = at(known.schema, path);
    if (kind !== 'value') {
      for (const s of schemas) {
        for (const [label, of] of Object.entries(s.properties || {})) {
          options.push({ label, type: 'property', info: of.description, apply: label + ': ' });
        }
      }
    }
    if (kind !== 'key') {
      for (const s of schemas) {
        for (const label of s.enum || (s.const !== undefined ? [s.const] : [])) options.push({ label: String(label), type: 'enum' });
        if (s.type === 'boolean') options.push({ label: 'true', type: 'enum' }, { label: 'false', type: 'enum' });
        for (const label of s.items?.enum || []) options.push({ label: String(label), type: 'enum' });
      }
      const key = path.findLast((p) => p !== '[]');
      for (const v of values(known, text, key)) options.push({ ...v, type: 'text', apply: quoted(v.label) });
    }
    const seen = new Set();
    const unique = options.filter((o) => !seen.has(o.label) && seen.add(o.label));
    if (!unique.length) return null;
    return { from: context.pos - word.length, options: unique, validFor: /^[\p{L}\p{N}_.=*-]*$/u };
  };
}
