// The chat in Chromium: chat.mjs CHROMIUM PORT SERVER-COMMAND..., in the directory where npm has installed its libraries. Two users, and one of
// them in two windows, talk, read and type; then the server is killed while they do. Prints what they saw as one object of JSON.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const [, , executablePath, port, ...command] = process.argv;
const url = `http://127.0.0.1:${port}/`;
const seen = { errors: [] };
let server;

async function start() {
  server = spawn(command[0], [...command.slice(1), '--port', port], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = [];
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('listening on ')) {
      server.stdout.resume();
      return;
    }
    said.push(line);
    if (/ERROR/.test(line)) seen.errors.push(line);
  }
  throw new Error(`the server has ended:\n${said.join('\n')}`);
}

async function kill() {
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

/** Waits until something is so on a page; what is there instead, if it never is. */
const until = (page, check, argument) =>
  page.waitForFunction(check, argument, { timeout: 30_000, polling: 50 }).catch(async error => {
    throw new Error(`${error.message}\n${check} ${argument}\n${page.url()}\n${await page.locator('body').innerText()}`);
  });
const connected = page => until(page, () => document.documentElement.dataset.line === 'good' && document.querySelector('#rooms [aria-current]'));
const cut = page => until(page, () => document.documentElement.dataset.line === 'wait');
const texts = (page, selector) => page.locator(selector).allInnerTexts();
const lines = page => texts(page, '#said .line:not(.waiting) .text');
const shows = (page, text) => until(page, t => [...document.querySelectorAll('#said .line:not(.waiting) .text')].some(e => e.innerText === t), text);
const unread = (page, room, count) =>
  until(page, ([r, c]) => (document.querySelector(`[data-room="${r}"] .badge`)?.innerText ?? '') === c, [room, count]);
const go = async (page, room) => {
  await page.click(`[data-room="${room}"]`);
  await until(page, r => document.querySelector(`[data-room="${r}"]`).ariaCurrent, room);
};
const say = async (page, text) => {
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
};

async function page(context) {
  const made = await context.newPage();
  made.on('pageerror', error => seen.errors.push(String(error)));
  made.on('console', message => /Content.Security/.test(message.text()) && seen.errors.push(message.text()));
  await made.goto(url);
  return made;
}

async function comeIn(context, login, password) {
  const made = await page(context);
  await made.fill('[name=username]', login);
  await made.fill('[name=password]', password);
  await made.click('button.primary');
  await connected(made);
  return made;
}

const browser = await chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: ['--disable-gpu', '--disable-quic'] });
try {
  await start();
  const [one, two] = [await browser.newContext(), await browser.newContext()];
  const attar = await comeIn(one, 'attar', 'feather');
  const fresh = await page(two);
  seen.door = new URL(fresh.url()).pathname;
  await fresh.click('a[href="/signup"]');
  await fresh.fill('[name=name]', 'Finch & <b>Co</b>');
  await fresh.fill('[name=login]', 'finch');
  await fresh.fill('[name=password]', 'a long one');
  await fresh.click('button.primary');
  await connected(fresh);

  await until(attar, () => document.querySelectorAll('#people li').length === 2);
  seen.people = await texts(attar, '#people b');
  await say(attar, 'A feather <i>fell</i>.');
  await shows(fresh, 'A feather <i>fell</i>.');
  await fresh.locator('#text').pressSequentially('Wh');
  await until(attar, () => document.querySelector('#typing').innerText.includes('is typing'));
  seen.typing = await attar.locator('#typing').innerText();
  await say(fresh, 'Where?');
  await shows(attar, 'Where?');
  await until(attar, () => !document.querySelector('#typing').innerText.trim());

  // What is said in a room that one does not look at is counted, in all windows; and is read in all when it is in one.
  await go(fresh, 'road');
  await say(fresh, 'On my way.');
  await say(fresh, 'Are you?');
  await unread(attar, 'road', '2');
  const second = await page(one);
  await connected(second);
  await unread(second, 'road', '2');
  await go(second, 'road');
  await shows(second, 'Are you?');
  await unread(attar, 'road', '');
  seen.readElsewhere = await attar.title();

  // The server is killed. What is said meanwhile waits, and comes once; what was said to others is counted.
  await second.close();
  await say(fresh, 'It gets dark.');
  await unread(attar, 'road', '1');
  await kill();
  await Promise.all([cut(attar), cut(fresh)]);
  await say(attar, 'Is anybody there?');
  await say(fresh, 'I go on.');
  await say(fresh, 'Alone.');
  seen.waiting = await texts(fresh, '#said .waiting .text');
  await start();
  await Promise.all([connected(attar), connected(fresh)]);
  await shows(fresh, 'Alone.');
  await shows(attar, 'Is anybody there?');
  await unread(attar, 'road', '3');
  await unread(fresh, 'garden', '1');
  seen.stillWaiting = [...(await texts(fresh, '#said .waiting')), ...(await texts(attar, '#said .waiting'))];
  seen.road = await lines(fresh);
  seen.garden = await lines(attar);
  await go(fresh, 'garden');
  await shows(fresh, 'Is anybody there?');
  seen.gardenOfTheOther = await lines(fresh);

  // A window that is opened anew counts the same.
  const again = await page(one);
  await connected(again);
  await unread(again, 'road', '3');
  await go(again, 'road');
  await shows(again, 'Alone.');
  seen.roadAgain = await lines(again);
  await unread(attar, 'road', '');

  // Who leaves in one window has left in all.
  await again.click('.me button');
  await again.waitForURL('**/login?out');
  await attar.waitForURL('**/login', { timeout: 30_000 });
  seen.left = new URL(attar.url()).pathname;
  await until(fresh, () => document.querySelectorAll('#people li').length === 1);

  // Who sees the dashboard, and who does not.
  seen.forbidden = (await fresh.request.get(`${url}actuator/metrics`)).status();
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
  server.kill('SIGKILL');
}
process.exit(0);
