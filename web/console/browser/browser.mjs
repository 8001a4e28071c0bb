// What the scenarios share: a browser, and checks that say what they saw.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The rules of WCAG 2.2 AA, and axe's own advice.
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const switches = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export async function launch() {
  return chromium.launch({ executablePath: process.env.REGWATCH_TEST_BROWSER, args: switches });
}

// open returns a page of a new visitor. Every error that the page logs, and every request to
// another host than ours and those of also, ends up in page.faults.
export async function open(browser, base, { scripts = true, theme = 'light', width = 1440, height = 900, locale = 'en-GB', also = [] } = {}) {
  const context = await browser.newContext({
    baseURL: base, javaScriptEnabled: scripts, colorScheme: theme, viewport: { width, height }, locale, reducedMotion: 'reduce', acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.faults = [];
  page.on('pageerror', (e) => page.faults.push('error: ' + e.message));
  page.on('console', (m) => { if (m.type() === 'error') page.faults.push('console: ' + m.text() + ' at ' + m.location().url + ':' + m.location().lineNumber + ':' + m.location().columnNumber); });
  page.on('request', (r) => { if (![base, ...also].some((ours) => r.url().startsWith(ours)) && !r.url().startsWith('data:') && !r.url().startsWith('blob:')) page.faults.push('request to ' + r.url()); });
  return page;
}

export function check(ok, message) {
  if (!ok) throw new Error(message);
}

export function same(got, want, what) {
  check(JSON.stringify(got) === JSON.stringify(want), `${what} is ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

// sees waits until the page shows a text.
export async function sees(page, text) {
  await page.getByText(text).first().waitFor();
}

// accessible runs axe on the page, and fails with what it found and where. Evaluating it needs
// no permission of the page's policy.
export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), rules);
  const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`));
  check(found.length === 0, `${what} has ${found.length} violations:\n${found.slice(0, 10).join('\n')}`);
}

// fitsWidth fails if the page scrolls sideways, and names what sticks out.
export async function fitsWidth(page, what) {
  const { scroll, client, out } = await page.evaluate(() => {
    const { scrollWidth: scroll, clientWidth: client } = document.documentElement;
    const name = (e) => e.localName + (e.id && '#' + e.id) + Array.from(e.classList, (c) => '.' + c).join('');
    const out = Array.from(document.querySelectorAll('body *')).filter((e) => e.getBoundingClientRect().right > client + 1).map(name);
    return { scroll, client, out: scroll > client ? out.slice(0, 8) : [] };
  });
  check(scroll <= client, `${what} is ${scroll} px wide in a window of ${client} px, because of ${out.join(', ')}`);
}

export function clean(page) {
  same(page.faults, [], 'what went wrong in the page');
}

// next asks the test to do what others do meanwhile, and waits until that is done.
export function next() {
  console.log('next');
  return new Promise((done) => process.stdin.once('data', done));
}

// expected forgets the faults that the browser logs for answers with one of the statuses.
export function expected(page, ...statuses) {
  page.faults = page.faults.filter((f) => !statuses.some((status) => f.includes(`status of ${status} `)));
}
