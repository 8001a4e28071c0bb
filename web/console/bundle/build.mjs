// Writes the files of ../static that are made of npm packages: the editor of rules, and htmx as
// its package has it. With --check it writes nothing, and fails if a file is another one.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';

const here = (path) => new URL(path, import.meta.url);

const { outputFiles: [editor] } = await build({
  absWorkingDir: here('.').pathname, entryPoints: ['editor.js'], bundle: true, minify: true, format: 'iife', target: 'es2022', charset: 'utf8',
  legalComments: 'none', write: false, logLevel: 'warning',
});
const files = { 'editor.js': Buffer.from(editor.contents), 'htmx.min.js': await readFile(here('node_modules/htmx.org/dist/htmx.min.js')) };

for (const [name, built] of Object.entries(files)) {
  const file = here('../static/' + name);
  if (!process.argv.includes('--check')) {
    await writeFile(file, built);
  } else if (!built.equals(await readFile(file))) {
    console.error(`web/console/static/${name} is not what its packages give; run make web`);
    process.exitCode = 1;
  }
}
