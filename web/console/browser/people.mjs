// The scenarios of people with roles: who enters, who may do what, and who decides about others.
import { accessible, check, clean, expected, next, open, same, sees } from './browser.mjs';
import { edit, ruleFile } from './editor.mjs';

const path = (page) => new URL(page.url()).pathname;

async function enter(page, name, password) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

// A person logs in with a name and a password, and out; a reader may read and not act.
export async function login(browser, base, [password]) {
  for (const scripts of [true, false]) {
    const page = await open(browser, base, { scripts });
    await page.goto('/sources?from=mail');
    same(new URL(page.url()).pathname, '/login', 'where a visitor without a login comes to');
    if (scripts) await accessible(page, 'the login');
    await enter(page, 'rita', 'wrong password');
    await sees(page, 'Wrong name or password.');
    expected(page, 401);
    await enter(page, 'rita', password);
    await page.waitForURL(/\/sources\?from=mail$/);
    await page.goto('/sources/site');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await sees(page, 'You may not do this');
    expected(page, 403);
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Log out' }).click();
    await sees(page, 'Logged out');
    await page.goto('/inbox');
    same(new URL(page.url()).pathname, '/login', 'where a visitor comes to after the logout');
    await enter(page, 'edith', password);
    await page.waitForURL(/\/inbox$/);
    await page.goto('/sources/site');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await sees(page, /Paused:/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await sees(page, 'Undone.');
    clean(page);
    await page.context().close();
  }
}

// A person logs in at the provider of the organisation, which has another address. Wrong answers
// of it let nobody in, and a user who is switched off stays out.
export async function provider(browser, base, [organisation]) {
  for (const scripts of [true, false]) {
    const page = await open(browser, base, { scripts, also: [organisation] });
    const enter = async () => {
      await page.getByRole('link', { name: 'Log in with your organisation' }).click();
      await page.waitForURL((url) => url.origin === organisation);
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.waitForURL((url) => url.origin === base);
    };
    await page.goto('/sources?from=mail');
    same(path(page), '/login', 'where a visitor without a login comes to');
    await enter();
    await page.waitForURL(/\/sources\?from=mail$/);
    await sees(page, 'zoe@example.com');
    await page.goto('/sources/site');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await sees(page, /Paused:/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await sees(page, 'Undone.');
    await page.goto('/settings');
    same(await page.getByText('My password').count(), 0, 'how often a password is offered to a user of the provider');
    await page.getByRole('button', { name: 'Log out' }).click();
    await sees(page, 'Logged out');
    for (const refused of ['The login was refused', 'The login was refused', 'The login was refused', 'The login was refused', 'The login was refused', 'The login has expired', 'You have no role']) {
      await next();
      await page.goto('/login?next=/inbox');
      await enter();
      await sees(page, refused);
      if (scripts) await accessible(page, refused);
      await page.goto('/inbox');
      same(path(page), '/login', `where a visitor comes to after “${refused}”`);
    }
    await next(); // the answers are right again
    await page.goto('/login?next=/inbox');
    await enter();
    same(path(page), '/inbox', 'the page after the login');
    await next(); // the user is switched off
    await page.goto('/inbox');
    same(path(page), '/login', 'where a user comes to who was switched off');
    await enter();
    await sees(page, 'You cannot log in');
    await next(); // and on again
    expected(page, 400, 403);
    clean(page);
    await page.context().close();
  }
}

// An admin adds a user, gives and takes rights, and ends what the user has open. The user changes
// the password. What the admin does counts from the user's next page on.
export async function users(browser, base, [password]) {
  for (const scripts of [true, false]) {
    const name = scripts ? 'rita' : 'otto';
    const admin = await open(browser, base, { scripts });
    await admin.goto('/users');
    await enter(admin, 'ada', password);
    await admin.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await admin.getByLabel('Name, such as mei').fill(name);
    await admin.getByLabel('Role', { exact: true }).selectOption({ label: 'Reader: reads, and keeps filters' });
    await admin.getByRole('button', { name: 'Add user' }).click();
    const first = await admin.locator('code.once').textContent();
    if (scripts) await accessible(admin, 'the page with a new password');
    await admin.goto('/users');
    check(!(await admin.content()).includes(first), 'the password is shown again');

    const page = await open(browser, base, { scripts });
    const pause = async () => {
      await page.goto('/sources/site');
      await page.getByRole('button', { name: 'Pause' }).first().click();
    };
    await page.goto('/inbox');
    await enter(page, name, first);
    await page.waitForURL(/\/inbox$/);
    same(await page.getByRole('link', { name: 'Users' }).count(), 0, 'the number of links to the users for a reader');
    same((await page.goto('/users')).status(), 403, 'the status of the users for a reader');
    await sees(page, /This needs the role Admin, and you are Reader/);
    await sees(page, /Ask ada/);
    await pause();
    await sees(page, 'You may not do this');

    const row = admin.locator('tr').filter({ hasText: name });
    await row.getByRole('combobox').selectOption('editor');
    await row.getByRole('button', { name: 'Save' }).click();
    await sees(admin, `${name} is now Editor.`);
    await pause();
    await sees(page, /Paused:/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await sees(page, 'Undone.');

    const own = 'my own long password';
    await page.goto('/settings');
    await page.getByLabel('Current password').fill(own);
    await page.getByLabel('The new one, at least').fill(own);
    await page.getByLabel('The new one once more').fill(own);
    await page.getByRole('button', { name: 'Change my password' }).click();
    await sees(page, 'The current password is wrong.');
    await page.getByLabel('Current password').fill(first);
    await page.getByLabel('The new one, at least').fill(own);
    await page.getByLabel('The new one once more').fill(own);
    await page.getByRole('button', { name: 'Change my password' }).click();
    await page.waitForURL(/\/login/);
    await enter(page, name, first);
    await sees(page, 'Wrong name or password.');
    await enter(page, name, own);
    await page.waitForURL(/\/inbox$/);

    await row.getByRole('button', { name: 'End sessions' }).click();
    await sees(admin, `${name} has to log in again.`);
    await page.goto('/inbox');
    same(path(page), '/login', 'where a user comes to whose sessions were ended');
    await enter(page, name, own);
    await page.waitForURL(/\/inbox$/);

    await row.getByRole('button', { name: 'Disable' }).click();
    await sees(admin, `${name} may no longer log in.`);
    await page.goto('/inbox');
    same(path(page), '/login', 'where a disabled user comes to');
    await enter(page, name, own);
    await sees(page, 'You cannot log in');
    await admin.getByRole('button', { name: 'Undo' }).click();
    await sees(admin, 'Undone.');
    await page.goto('/login?next=/inbox');
    await enter(page, name, own);
    await page.waitForURL(/\/inbox$/);
    await row.getByRole('button', { name: 'Remove' }).click();
    await sees(admin, `${name} is removed.`);
    await page.goto('/inbox');
    same(path(page), '/login', 'where a removed user comes to');
    expected(page, 401, 403, 422);
    clean(page);
    clean(admin);
    await page.context().close();
    await admin.context().close();
  }
}

// An editor proposes a change of a rule, another one reads the difference and accepts it. Who
// proposed it cannot accept it, nor can a reader.
export async function propose(browser, base, [other, reader]) {
  for (const scripts of [true, false]) {
    const author = await open(browser, base, { scripts });
    await author.goto('/rules/coin');
    const act = scripts ? 'Act' : 'Order';
    const before = await ruleFile(author);
    await edit(author, 'the law', `the ${act}`);
    if (!scripts) await author.getByRole('button', { name: 'Check' }).last().click();
    await author.getByRole('button', { name: 'Save as a proposal' }).click();
    await sees(author, 'Your change is a proposal.');
    same(await author.getByRole('button', { name: 'Accept' }).count(), 0, 'the number of buttons to accept for who proposed it');
    if (scripts) await accessible(author, 'a proposal for who made it');

    const readers = await open(browser, reader, { scripts });
    await readers.goto('/rules/coin/proposals');
    await sees(readers, 'Proposed by');
    await readers.getByRole('button', { name: 'Accept' }).first().click();
    await sees(readers, 'You may not do this');
    await readers.goto('/rules/coin');
    same(await ruleFile(readers), before, 'the rule after a reader tried');

    const editor = await open(browser, other, { scripts });
    await editor.goto('/rules/coin');
    await editor.getByRole('link', { name: /1 proposed change waits/ }).click();
    await editor.locator('del', { hasText: 'law' }).first().waitFor();
    await editor.locator('ins', { hasText: act }).first().waitFor();
    if (scripts) await accessible(editor, 'a proposal for who decides');
    await editor.getByRole('button', { name: 'Accept' }).first().click();
    await editor.locator('.done').waitFor();
    await editor.goto('/rules/coin');
    same(await ruleFile(editor), before.replace('the law', `the ${act}`), 'the rule after the proposal was accepted');
    await editor.goto('/rules/coin/history');
    await editor.getByRole('button', { name: /Restore/ }).last().click();
    await sees(editor, /Rule coin was saved/);
    expected(readers, 403);
    for (const page of [author, readers, editor]) {
      clean(page);
      await page.context().close();
    }
  }
}
