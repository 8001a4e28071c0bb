// The scenarios: what a person does in a browser, and what she sees then.
import { accessible, check, clean, fitsWidth, next, open, same, sees } from './browser.mjs';
import { code, edit, ruleFile, select, sheet } from './editor.mjs';

const licence = /HKMA grants stablecoin issuer licence/;
const kenya = /Kenyan lawmakers vote down a ban/;

const row = (page, title) => page.locator('article.row').filter({ has: page.locator('.title', { hasText: title }) });

// Every page has no violation, in light and dark and in each language, and does not scroll
// sideways, not even at 320 px on a phone.
export async function pages(browser, base, paths) {
  const phone = { width: 390, height: 844 };
  const views = [{}, { theme: 'dark', locale: 'zh-CN' }, { theme: 'dark', ...phone, locale: 'zh-HK' }];
  const faults = await Promise.all(views.map((view) => faultsIn(view, browser, base, paths))); // each has its own process
  check(faults.flat().length === 0, faults.flat().join('\n'));
}

async function faultsIn(view, browser, base, paths) {
  const faults = [];
  const page = await open(browser, base, view);
  for (const path of paths) {
    const what = `${path} (${JSON.stringify(view)})`;
    try {
      const answer = await page.goto(path);
      if (path.startsWith('/nothing')) page.faults.pop(); // the browser logs the status
      same(answer.status(), path.startsWith('/nothing') ? 404 : 200, `the status of ${what}`);
      if (await page.locator('form[data-rule]').count()) await page.locator('#effect .figures').waitFor();
      await accessible(page, what);
      if (view.width) await page.setViewportSize({ width: 320, height: 640 });
      await fitsWidth(page, what);
      if (view.width) await page.setViewportSize({ width: view.width, height: view.height });
      clean(page);
    } catch (e) {
      faults.push(e.message);
      page.faults.length = 0;
    }
  }
  await page.context().close();
  return faults;
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

// A person reads an event: w walks the words that matched, j goes on to the next event. She
// closes it with a reason, and opens it again.
export async function read(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox');
  const address = await row(page, licence).locator('.title').getAttribute('href');
  await page.goto(address);
  await page.getByRole('heading', { level: 1, name: licence }).waitFor();
  const marked = () => page.evaluate(() => [document.activeElement.localName, Array.from(document.querySelectorAll('main mark')).indexOf(document.activeElement)]);
  check(await page.locator('main mark').count() > 1, 'fewer than two words are marked');
  await page.keyboard.press('w');
  same(await marked(), ['mark', 0], 'what is in focus after w');
  await page.keyboard.press('w');
  same(await marked(), ['mark', 1], 'what is in focus after w again');
  await page.keyboard.press('W');
  same(await marked(), ['mark', 0], 'what is in focus after W');
  await page.getByLabel('Reason to close').fill('We hold no licence <there>');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await sees(page, /Closed:/);
  await page.getByText('We hold no licence <there>').first().waitFor();
  await page.goto('/inbox');
  same(await row(page, licence).count(), 0, 'the number of rows of the closed event');
  await page.goto(address);
  await page.getByRole('button', { name: 'Reopen' }).first().click();
  await sees(page, /Reopened:/);
  await page.goto('/inbox');
  await row(page, licence).waitFor();
  const near = page.locator('article.row').first().locator('.title');
  await page.goto(await near.getAttribute('href'));
  const before = page.url();
  await page.keyboard.press('j');
  await page.waitForURL((url) => url.pathname.startsWith('/events/') && url.href !== before);
  clean(page);
}

const save = (page) => page.getByRole('button', { name: 'Save rule' });
const wrong = (page) => page.locator('.codemirror .problem');
const card = (page) => page.locator('.codemirror .card');

// A person makes a mistake in a rule, sees it at its place, goes there, and takes what was meant. She
// sees what a change would do, saves it, and undoes that.
export async function rule(browser, base) {
  const page = await open(browser, base);
  await page.goto('/rules');
  await page.getByRole('link', { name: 'Stablecoin rules' }).click();
  const original = await ruleFile(page);
  await page.locator('#effect .figures').waitFor();
  same(await page.locator('.codemirror .pass').count(), 3, 'the number of marks beside examples, with the one that keeps their place');
  await edit(page, 'why: Because', 'wyh: Because');
  await card(page).first().waitFor();
  same(await wrong(page).textContent(), 'wyh', 'what is underlined');
  check(/^Line 4, column 1: unknown key "wyh"/.test(await card(page).textContent()), `the card says ${await card(page).textContent()}`);
  check(await save(page).isDisabled(), 'a rule with a mistake can be saved');
  await accessible(page, 'a rule with a mistake');
  await sees(page, /Showing the last valid draft/);
  await page.keyboard.press('Control+End');
  await page.keyboard.press('F8');
  const near = await sheet(page).evaluate((e) => e.getRootNode().getSelection().anchorNode.textContent);
  check(near.startsWith('wyh'), `F8 leads to ${near}`);
  await card(page).getByRole('button', { name: 'Replace it with why' }).click();
  await card(page).first().waitFor({ state: 'detached' });
  same(await ruleFile(page), original, 'the rule after Replace');
  await edit(page, 'severity: high', 'severity: medium');
  await edit(page, '[stablecoin, 穩定幣]', '[stablecoin, 穩定幣, token]');
  await page.locator('#effect').getByText('0 lost, 1 gained').waitFor();
  await page.locator('#effect').getByText('Old token news').first().waitFor();
  await page.keyboard.press('Control+s');
  await sees(page, /Rule coin was saved/);
  check((await ruleFile(page)).includes('severity: medium'), 'the rule is not saved');
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'Undone.');
  same(await ruleFile(page), original, 'the rule after the undo');
  clean(page);
}

// A person completes keys and values, searches, and tries a text, which is sent only then.
export async function complete(browser, base) {
  const page = await open(browser, base);
  const tried = [];
  page.on('request', (r) => { if (r.method() === 'POST') tried.push(new URLSearchParams(r.postData()).get('try')); });
  await page.goto('/rules/coin');
  const original = await ruleFile(page);
  const choices = page.locator('.codemirror .cm-tooltip-autocomplete li');
  await select(page, 'why');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.insertText('\n');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type('sta');
  await choices.filter({ hasText: 'status' }).waitFor();
  await page.waitForTimeout(100); // CodeMirror takes no choice that has just appeared
  await page.keyboard.press('Enter');
  await page.keyboard.type('dr');
  await choices.filter({ hasText: 'draft' }).waitFor();
  await page.waitForTimeout(100);
  await page.keyboard.press('Enter');
  same(await ruleFile(page), original.replace('why:', 'status: draft\nwhy:'), 'the rule with a completed line');
  await page.locator('#try').fill('A stablecoin law');
  await page.waitForTimeout(600);
  check(tried.every((t) => t === null), `what was sent to try without being asked is ${tried}`);
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.locator('#trial').getByText('Matches').first().waitFor();
  same(tried.at(-1), 'A stablecoin law', 'what was tried');
  await edit(page, 'Because of', 'By reason of');
  await page.locator('#trial').getByText('The draft has changed since').waitFor();
  await page.keyboard.press('Control+f');
  await page.getByPlaceholder('Find').fill('stablecoin');
  await accessible(page, 'the search in a rule');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+1');
  await page.getByLabel('draft, alerts nobody').waitFor();
  await page.keyboard.press('Alt+2');
  await sheet(page).waitFor();
  same(await ruleFile(page), original.replace('why:', 'status: draft\nwhy:').replace('Because of', 'By reason of'), 'the rule after the form');
  clean(page);
}

// A person leaves a rule unfinished, finds the draft when she comes back, with scripts or without, and discards it.
export async function draft(browser, base) {
  const page = await open(browser, base);
  await page.goto('/rules/coin');
  const original = await ruleFile(page);
  await page.locator('#effect .figures').waitFor();
  await edit(page, 'why: Because of the law.', 'why: Because of the Act.');
  await page.locator('#savebar').getByText('Not saved yet').waitFor();
  await page.goto('/inbox');
  await page.goto('/rules/coin');
  await sees(page, /Your draft of .* is kept/);
  check((await ruleFile(page)).includes('the Act.'), 'the draft is lost');
  await accessible(page, 'a rule with a kept draft');
  await page.getByRole('link', { name: 'Show the saved rule' }).click();
  await page.locator('#effect .figures').waitFor();
  same(await ruleFile(page), original, 'the saved rule');
  const plain = await open(browser, base, { scripts: false });
  await plain.goto('/rules/coin');
  check((await ruleFile(plain)).includes('the Act.'), 'the draft is lost after a look at the saved rule');
  await plain.getByRole('button', { name: 'Discard' }).first().click();
  await sees(plain, 'Your draft was discarded.');
  same(await ruleFile(plain), original, 'the rule without the draft');
  clean(page);
}

// A file with Windows line ends, a byte order mark, tabs and no end of its last line keeps all of them.
export async function bytes(browser, base) {
  const page = await open(browser, base);
  await page.goto('/rules/coin');
  await edit(page, 'Because of', 'By reason of');
  await page.keyboard.press('Control+s');
  await sees(page, /Rule coin was saved/);
  clean(page);
}

// A person who writes no YAML changes one field of the form.
export async function form(browser, base) {
  const page = await open(browser, base);
  await page.goto('/rules/coin');
  const original = await ruleFile(page);
  await page.getByRole('button', { name: 'Form', exact: true }).click();
  await page.getByLabel('Low', { exact: true }).check();
  await save(page).click();
  await sees(page, /Rule coin was saved/);
  await page.getByRole('button', { name: 'YAML', exact: true }).click();
  same(await ruleFile(page), original.replace('severity: high', 'severity: low'), 'the rule after the form');
  await page.goto('/rules/coin/history');
  await page.getByRole('button', { name: /Restore/ }).last().click();
  await sees(page, /Rule coin was saved/);
  await page.goto('/rules/coin');
  same(await ruleFile(page), original, 'the restored rule');
  clean(page);
}

// Somebody else changes the file meanwhile: nothing is overwritten, and both changes are joined.
export async function conflict(browser, base, [scripts]) {
  const page = await open(browser, base, { scripts: scripts === 'with scripts' });
  await page.goto('/rules/coin');
  await edit(page, 'Because of the law.', 'Because of the Act.');
  await next();
  await save(page).click();
  await page.getByRole('heading', { name: 'The file was changed' }).waitFor();
  page.faults = page.faults.filter((f) => !f.includes('409')); // the browser logs the status
  await page.getByRole('button', { name: 'Merge both' }).click();
  const merged = await ruleFile(page);
  check(merged.includes('the Act.') && merged.includes('# Changed by somebody else'), `the merged draft is\n${merged}`);
  await save(page).click();
  await sees(page, /Rule coin was saved/);
  same(await ruleFile(page), merged, 'the saved rule');
  clean(page);
}

// A person adds a source by its address, after seeing what is found there, and undoes that.
export async function source(browser, base, [address]) {
  for (const scripts of [true, false]) {
    const page = await open(browser, base, { scripts });
    await page.goto('/sources');
    await page.locator('form[action="/sources/find"] input[name=url]').fill(address);
    await page.locator('form[action="/sources/find"] button').click();
    await sees(page, '2 of 3 would match a rule');
    await page.getByLabel('Name in alerts').fill('Other notices');
    await page.getByRole('button', { name: 'Save this source' }).click();
    await sees(page, 'Added: Other notices');
    same(new URL(page.url()).pathname, '/sources/other-notices', 'the address of the source');
    await page.getByRole('button', { name: 'Undo' }).click();
    await sees(page, 'Undone.');
    same(await page.getByText('Other notices').count(), 0, 'how often the source is named after the undo');
    clean(page);
    await page.context().close();
  }
}

// A person tries a dead message again, when the mail server takes it.
export async function retry(browser, base) {
  const page = await open(browser, base);
  await page.goto('/sent');
  const failed = page.locator('.card.problem').first();
  await failed.getByText('no such mailbox').waitFor();
  const dead = await page.locator('.card.problem').count();
  await next();
  await failed.getByRole('button', { name: 'Retry' }).click();
  await page.locator('.done').waitFor();
  same(await page.locator('.card.problem').count(), dead - 1, 'the number of failed messages');
  await next();
  await page.goto('/sent');
  await page.locator('.sentmark.sent').first().waitFor();
  clean(page);
}

// A person sees the dates by month, goes on to one, and gets a link for her calendar program.
export async function calendar(browser, base) {
  const page = await open(browser, base);
  await page.goto('/calendar');
  await page.locator('.daterow').first().waitFor();
  await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'Month' }).click();
  const month = page.locator('main h2').first();
  const now = await month.textContent();
  await page.getByRole('link', { name: 'Next month' }).click();
  await page.waitForFunction((now) => document.querySelector('main h2').textContent !== now, now);
  // Which month has the next date depends on today.
  for (let months = 0; months < 3 && !(await page.locator('table.month td li a').count()); months++) {
    const shown = await month.textContent();
    await page.getByRole('link', { name: 'Next month' }).click();
    await page.waitForFunction((shown) => document.querySelector('main h2').textContent !== shown, shown);
  }
  await page.locator('table.month td li a').first().click();
  await page.waitForURL(/\/events\//);
  await page.goto('/calendar');
  await page.getByRole('link', { name: 'Subscribe' }).click();
  const link = await page.locator('dl a', { hasText: '.ics' }).first().getAttribute('href');
  check(/^http:\/\/127\.0\.0\.1:8480\/feeds\/.*\.ics$/.test(link), `the link is ${link}`);
  clean(page);
}

// A person merges an event into another, and splits one, each after seeing what it would be.
export async function group(browser, base, [from, into]) {
  for (const scripts of [true, false]) {
    const page = await open(browser, base, { scripts });
    await page.goto(`/events/${from}`);
    await page.getByRole('link', { name: 'Merge, split, move' }).click();
    await page.getByLabel(/All of it is another event/).check();
    await page.getByLabel('ID or address of the event').fill(into);
    await page.getByLabel('Reason, which others see').fill('one release');
    await page.getByRole('button', { name: 'Preview' }).click();
    await sees(page, 'What it would be');
    same(new URL(page.url()).pathname, `/events/${from}/grouping`, 'the address of the preview');
    await page.getByRole('button', { name: 'Do it' }).click();
    await sees(page, /Merged into/);
    await page.goto(`/events/${from}`);
    same(new URL(page.url()).pathname, `/events/${into}`, 'where the old address leads');
    await page.getByRole('link', { name: 'Merge, split, move' }).click();
    await page.getByLabel(/split them off/).check();
    await page.getByRole('checkbox', { name: /Lantern/ }).check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await sees(page, 'What it would be');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.locator('.done').getByRole('button', { name: 'Undo' }).click();
    await sees(page, 'Undone.');
    await page.goto(`/events/${into}`);
    await page.getByRole('heading', { name: 'Corrections of the grouping' }).locator('..').getByRole('button', { name: 'Undo' }).first().click();
    await sees(page, 'Undone.');
    await page.goto(`/events/${from}`);
    same(new URL(page.url()).pathname, `/events/${from}`, 'the address of the event after the undo');
    clean(page);
    await page.context().close();
  }
}

// A person mutes an event with the key m: a dialog asks for how long and why. Escape closes it, and
// the focus is where it was. The same works without scripts, as a page.
export async function mute(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox');
  await row(page, licence).locator('.title').focus();
  await page.keyboard.press('m');
  const dialog = page.locator('dialog');
  await dialog.getByRole('heading', { name: licence }).waitFor();
  await accessible(page, 'the dialog');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' }); // the browser closes it a moment after the key
  check(await page.evaluate(() => /licence/.test(document.activeElement.textContent)), 'the focus is not on the title');
  await page.keyboard.press('m');
  await dialog.getByLabel('30 days').check();
  await dialog.getByLabel('Reason').fill('Known');
  await page.keyboard.press('Enter');
  await sees(page, /Muted until .*licence/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'Undone.');
  clean(page);

  const plain = await open(browser, base, { scripts: false });
  await plain.goto('/inbox');
  await row(plain, licence).locator('input[type=checkbox]').check();
  await plain.locator('.bulk').getByRole('button', { name: 'Mute …' }).click();
  await plain.getByLabel('Until the end of').check();
  await plain.getByLabel('Reason').fill('Known');
  await plain.getByRole('button', { name: 'Mute', exact: true }).click();
  await sees(plain, /Muted until/);
  same(new URL(plain.url()).pathname, '/inbox', 'the page after muting');
  await plain.getByRole('button', { name: 'Undo' }).click();
  await sees(plain, 'Undone.');
  clean(plain);
}

// Ctrl K opens the palette from any page: a person types, moves with the arrows, and acts on the event.
export async function palette(browser, base) {
  const page = await open(browser, base);
  await page.goto('/calendar');
  await page.keyboard.press('Control+k');
  const dialog = page.locator('dialog');
  await dialog.getByRole('searchbox').waitFor();
  await accessible(page, 'the palette');
  await page.keyboard.type('lantern bay');
  await dialog.getByRole('link', { name: licence }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: licence }).waitFor();
  await page.keyboard.press('Control+k');
  await dialog.getByRole('button', { name: 'Assign to me' }).click();
  await sees(page, /Assigned to you:/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'Undone.');
  await page.keyboard.press('Control+k');
  await dialog.getByRole('link', { name: 'Mute …' }).click();
  await dialog.getByLabel('Reason').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' }); // the browser closes it a moment after the key
  clean(page);
  const plain = await open(browser, base, { scripts: false });
  await plain.goto('/go');
  await plain.getByRole('searchbox').fill('audit');
  await plain.getByRole('button', { name: 'Search' }).click();
  await plain.locator('#gofound').getByRole('link', { name: 'Audit' }).click();
  await plain.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  clean(plain);
}

// Words that are selected in a text, English or Chinese, become a term of the rule.
export async function words(browser, base) {
  const page = await open(browser, base);
  await page.goto('/inbox?q=lantern');
  await row(page, licence).locator('.title').press('Enter');
  await page.getByRole('heading', { level: 1, name: licence }).waitFor();
  const choose = (text) => page.evaluate((text) => {
    const walker = document.createTreeWalker(document.querySelector('.articles .text'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(text);
      if (at < 0) continue;
      getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + text.length);
      return true;
    }
    return false;
  }, text);
  check(await choose('Monetary Authority'), 'the text has no “Monetary Authority”');
  await page.locator('.words.floating').waitFor();
  await accessible(page, 'the bar of the selected words');
  same(await page.getByLabel('Words of the text').inputValue(), 'Monetary Authority', 'the words in the field');
  await page.keyboard.press('t');
  await page.waitForURL(/\/term\?/);
  await sees(page, 'Monetary Authority');
  await page.goto('/inbox');
  await page.getByRole('link', { name: /金管局提醒市民/ }).first().press('Enter');
  check(await choose('香港金融管理局'), 'the text has no 香港金融管理局');
  await page.locator('.words.floating').waitFor();
  await page.keyboard.press('e');
  await page.waitForURL(/\/exception\?/);
  check((await page.content()).includes('香港金融管理局'), 'the exception does not have the words');
  clean(page);
}

// A person writes a report: a line, the order, a finished version. It works without scripts too.
export async function report(browser, base) {
  for (const scripts of [true, false]) {
    const page = await open(browser, base, { scripts });
    await page.goto('/reports');
    await page.getByLabel('Title, such as Monthly committee').fill(`Committee ${scripts}`);
    await page.getByRole('button', { name: 'Start the report' }).click();
    const titles = () => page.locator('.reportitems h3 a').allTextContents();
    const before = await titles();
    check(before.length > 3, `the report has only the events ${before}`);
    await page.locator('textarea[name=line]').nth(1).fill('We are affected');
    await page.getByRole('button', { name: `Up ${before[1]}`, exact: true }).click();
    same((await titles()).slice(0, 3), [before[1], before[0], before[2]], 'the order');
    same(await page.locator('textarea[name=line]').first().inputValue(), 'We are affected', 'the line');
    await page.getByLabel(`Leave out ${before[2]}`, { exact: true }).check();
    await page.getByLabel('Introduction').fill('What matters');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await sees(page, 'Left out');
    await page.getByRole('button', { name: 'Finish version 1' }).click();
    await sees(page, 'Version 1 is finished.');
    await sees(page, 'We are affected');
    await page.getByRole('link', { name: 'Page to print' }).click();
    await sees(page, 'Overview');
    if (scripts) await accessible(page, 'the page to print'); // axe needs timers
    clean(page);
  }
}
