// The scenarios: what a person does in a browser, and what she sees then.
import { accessible, check, clean, fitsWidth, open, same, sees } from './browser.mjs';

const licence = /HKMA grants stablecoin issuer licence/;
const kenya = /Kenyan lawmakers vote down a ban/;

const row = (page, title) => page.locator('article.row').filter({ has: page.locator('.title', { hasText: title }) });

// next asks the test to do what others do meanwhile, and waits until that is done.
function next() {
  console.log('next');
  return new Promise((done) => process.stdin.once('data', done));
}

// Every page, in both themes and on a phone, has no violation and does not scroll sideways.
export async function pages(browser, base, paths) {
  const faults = [];
  for (const view of [{}, { theme: 'dark', locale: 'zh-HK' }, { width: 390, height: 844, locale: 'zh-CN' }, { width: 320, height: 640 }]) {
    const page = await open(browser, base, view);
    for (const path of paths) {
      const what = `${path} (${JSON.stringify(view)})`;
      const answer = await page.goto(path);
      if (path.startsWith('/nothing')) page.faults.pop(); // the browser logs the status
      try {
        same(answer.status(), path.startsWith('/nothing') ? 404 : 200, `the status of ${what}`);
        if (await page.locator('form[data-rule]').count()) await page.locator('#effect .figures').waitFor();
        await accessible(page, what);
        await fitsWidth(page, what);
        clean(page);
      } catch (e) {
        faults.push(e.message);
        page.faults.length = 0;
      }
    }
    await page.context().close();
  }
  check(faults.length === 0, faults.join('\n'));
}

// A person filters, and shares the address with somebody else.
export async function filter(browser, base) {
  const page = await open(browser, base);
  await page.goto('/');
  same(new URL(page.url()).pathname, '/inbox', 'the first page');
  await row(page, licence).waitFor();
  await page.locator('.filters summary').click();
  await page.getByLabel('Stage').selectOption({ label: 'Rejected' });
  await page.getByRole('button', { name: 'Apply' }).click();
  await row(page, kenya).waitFor();
  same(await row(page, licence).count(), 0, 'the number of rows about the licence');
  const other = await open(browser, base);
  await other.goto(page.url());
  await row(other, kenya).waitFor();
  same(await row(other, licence).count(), 0, 'the number of rows about the licence for the other person');
  await other.getByRole('link', { name: /Rejected/ }).click();
  await row(other, licence).waitFor();
  clean(page);
}

// A person opens an event beside the list, assigns it, and undoes that.
export async function assign(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox');
  await row(page, licence).locator('.title').click();
  const beside = page.locator('#peek');
  await beside.getByRole('button', { name: 'Assign to me' }).waitFor();
  check(new URL(page.url()).searchParams.has('peek'), `the address ${page.url()} does not say which event is open`);
  await beside.getByRole('button', { name: 'Assign to me' }).click();
  await sees(page, /Assigned to you:/);
  same(await row(page, licence).locator('.face').count(), 1, 'the number of people at the event');
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'Undone.');
  same(await row(page, licence).locator('.face').count(), 0, 'the number of people after the undo');
  clean(page);
}

// The same without a mouse.
export async function keyboard(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox');
  await row(page, licence).waitFor();
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press('j');
  const first = await focused();
  await page.keyboard.press('j');
  const second = await focused();
  check(first && second && first !== second, `j moves from ${first} to ${second}`);
  await page.keyboard.press('k');
  same(await focused(), first, 'the title after k');
  await page.keyboard.press('a');
  await sees(page, /Assigned to you:/);
  await page.waitForFunction((title) => document.activeElement.textContent.trim() === title, first);
  await page.keyboard.press('u');
  await sees(page, 'Undone.');
  await page.keyboard.press('/');
  await page.keyboard.type('kiosks jr');
  same(await page.inputValue('#q'), 'kiosks jr', 'what is typed into the search');
  await page.fill('#q', 'kiosks');
  await page.keyboard.press('Enter');
  await row(page, kenya).waitFor();
  same(await row(page, licence).count(), 0, 'the number of rows about the licence');
  await page.keyboard.press('Tab');
  await page.locator('.skip').focus();
  check(await page.locator('.skip').isVisible(), 'the skip link is not visible in focus');
  await page.goto('/settings');
  await page.getByLabel(/Single keys/).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.goto('/inbox');
  await page.keyboard.press('j');
  same(await page.evaluate(() => document.activeElement === document.body), true, 'that no title is in focus with the keys off');
  clean(page);
}

// The same without scripts.
export async function noScripts(browser, base) {
  const page = await open(browser, base, { scripts: false });
  await page.goto('/inbox');
  await row(page, kenya).getByRole('checkbox').check();
  await row(page, licence).getByRole('checkbox').check();
  await page.locator('#bulk').getByRole('button', { name: 'Not relevant', exact: true }).click();
  await sees(page, /Marked not relevant: 2 events/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'Undone.');
  await page.locator('.filters summary').click();
  await page.getByLabel('Severity').selectOption('high');
  await page.getByRole('button', { name: 'Apply' }).click();
  same(await row(page, kenya).count(), 0, 'the number of rows about Kenya');
}

// New events are announced without moving the list. A scan finds them.
export async function news(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox');
  await page.locator('#live:not([hidden])').waitFor();
  const rows = await page.locator('article.row').count();
  await next();
  await page.getByRole('link', { name: /new or changed since you opened this page/ }).waitFor();
  same(await page.locator('article.row').count(), rows, 'the number of rows before they are asked for');
  await page.keyboard.press('.');
  await page.waitForFunction((n) => document.querySelectorAll('article.row').length > n, rows);
  clean(page);
}
