// Where the cursor is in a YAML text that may be unfinished: the keys that lead there, and whether
// a key or a value is being written.

const keyAt = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'{}[\],&*!|>%@`-][^#{}[\],]*?|-[^\s#{}[\],][^#{}[\],]*?)\s*:(?=\s|$)/;

const unquoted = (s) => s.replace(/^(["'])(.*)\1$/, '$2');

// strip removes a comment, and the blanks before it.
const strip = (s) => s.replace(/(^|\s)#.*$/, '');

// depth is how many brackets a text leaves open.
function depth(text) {
  let open = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|'[^']*'?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open++;
    else if (token === '}' || token === ']') open--;
  }
  return open;
}

// flow follows brackets: it returns the path of what comes last in them.
function flow(path, text) {
  const stack = [];
  let at = 0;
  const blank = () => { while (/\s/.test(text[at] || '')) at++; };
  let word = '', inValue = false;
  while (at < text.length) {
    const c = text[at];
    if (c === '{' || c === '[') {
      stack.push({ path, map: c === '{' });
      if (c === '[') path = path.concat('[]');
      word = ''; inValue = false; at++; blank();
    } else if (c === '}' || c === ']') {
      const left = stack.pop();
      if (!left) return null;
      path = left.path;
      if (!stack.length) return null; // after the brackets
      word = ''; at++;
    } else if (c === ',') {
      const top = stack.at(-1);
      path = top.map ? top.path : top.path.concat('[]');
      word = ''; inValue = false; at++; blank();
    } else if (c === '"' || c === "'") {
      const end = text.indexOf(c, at + 1);
      word += text.slice(at, end < 0 ? text.length : end + 1);
      at = end < 0 ? text.length : end + 1;
    } else if (c === ':' && stack.at(-1)?.map && !inValue && /\s|$/.test(text[at + 1] ?? '')) {
      path = stack.at(-1).path.concat(unquoted(word.trim()));
      word = ''; inValue = true; at++; blank();
    } else {
      word += c; at++;
    }
  }
  return { path, word, kind: stack.at(-1).map && !inValue ? 'key' : 'value', flow: true };
}

// place returns { path, word, kind, flow } for the end of a text: path has keys, and [] for an item of
// a list. null: nothing can be completed there.
export function place(before) {
  const lines = before.split('\n');
  const stack = []; // { indent, key }; the key of an item is []
  const path = () => stack.map((s) => s.key);
  const pop = (indent, item) => { while (stack.length && (stack.at(-1).indent > indent || stack.at(-1).indent === indent && (!item || stack.at(-1).key === '[]'))) stack.pop(); };
  let block = -1;  // the indent of the key of a text of several lines
  for (let i = 0; i < lines.length; i++) {
    const last = i === lines.length - 1;
    let line = lines[i];
    if (last && /(^|\s)#/.test(line)) return null;
    line = last ? line : strip(line);
    let indent = line.length - line.trimStart().length;
    let rest = line.slice(indent);
    if (!rest && !last) continue;
    if (block >= 0) {
      if (indent > block || last && !rest && indent > block) { if (last) return null; continue; }
      block = -1;
    }
    let item;
    while ((item = /^-(\s+|$)/.exec(rest)) && (rest !== '-' || !last)) {
      pop(indent, true);
      stack.push({ indent, key: '[]' });
      indent += item[0].length;
      rest = rest.slice(item[0].length);
    }
    const key = keyAt.exec(rest);
    if (key) {
      pop(indent, false);
      stack.push({ indent, key: unquoted(key[1]) });
      rest = rest.slice(key[0].length).trimStart();
      if (/^[|>][+-]?\d*\s*$/.test(rest)) { block = indent; if (last) return null; continue; }
    } else if (last && !/^[{["']/.test(rest)) {
      // A key, or the item of a list.
      const isItem = stack.length && stack.at(-1).key === '[]' && stack.at(-1).indent < indent && line.trimStart().startsWith('-');
      if (!isItem) pop(indent, false);
      return { path: path(), word: rest, kind: isItem ? 'both' : 'key', flow: false };
    }
    while (depth(rest) > 0 && i < lines.length - 1) { // brackets over several lines
      i++;
      rest += ' ' + (i === lines.length - 1 ? lines[i] : strip(lines[i]));
    }
    if (i === lines.length - 1) {
      if (/^[{[]/.test(rest)) return flow(path(), rest);
      return { path: path(), word: rest, kind: 'value', flow: false };
    }
  }
  return null;
}

// names returns the keys right below a key of the file.
export function names(text, top) {
  const found = [];
  let inside = false, indent = 0;
  for (const raw of text.split('\n')) {
    const line = strip(raw);
    if (!line.trim()) continue;
    const at = line.length - line.trimStart().length;
    if (at === 0) { inside = line.startsWith(top + ':'); indent = 0; continue; }
    if (!inside) continue;
    indent ||= at;
    const key = at === indent && keyAt.exec(line.trimStart());
    if (key) found.push(unquoted(key[1]));
  }
  return found;
}
