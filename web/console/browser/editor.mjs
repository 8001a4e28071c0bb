// How scenarios write in the editor of rules, with scripts and without.
import { check } from './browser.mjs';

export const code = (page) => page.locator('#code');
export const sheet = (page) => page.locator('.codemirror .cm-content');
export const ruleFile = async (page) => (await code(page).inputValue());

// select selects a text of the rule in the editor, with the keyboard.
export const select = async (page, part) => {
  const text = await ruleFile(page);
  check(text.includes(part), `the rule has no ${part}:\n${text}`);
  const before = text.slice(0, text.indexOf(part)).split('\n');
  await sheet(page).focus();
  await page.keyboard.press('Control+Home');
  for (let i = 1; i < before.length; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Home'); // the first one goes to the first letter
  for (const _ of before.at(-1)) await page.keyboard.press('ArrowRight');
  for (const _ of part) await page.keyboard.press('Shift+ArrowRight');
};
export const edit = async (page, from, to) => {
  if (await code(page).isVisible()) {
    const text = await ruleFile(page);
    check(text.includes(from), `the rule has no ${from}:\n${text}`);
    return code(page).fill(text.replace(from, to));
  }
  await select(page, from);
  await page.keyboard.insertText(to);
};
