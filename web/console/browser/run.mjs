// Runs one scenario against a console: node run.mjs SCENARIO ADDRESS [PATH...].
import { launch } from './browser.mjs';
import * as scenarios from './scenarios.mjs';
import * as people from './people.mjs';

const [name, base, ...paths] = process.argv.slice(2);
const browser = await launch();
try {
  await { ...scenarios, ...people }[name](browser, base, paths);
} catch (e) {
  console.error(e.message);
  process.exitCode = 1;
} finally {
  await browser.close();
  process.stdin.unref?.();
}
