// Walks through the dashboard's page with headless Chromium, before a server that is none: dashboard.mjs CHROMIUM FOLDER..., the folders of
// the page's files, in the directory where npm has installed its libraries. Prints what it saw as one object of JSON.

import { createRequire } from 'node:module';
import { ADDRESS, HOSTILE, fake } from './dashboard-fake.mjs';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const [, , executablePath, ...folders] = process.argv;
const PAGES = ['overview', 'connections', 'topics', 'channels', 'limits', 'loops'];
const DETAILS = ['connection/1001?node=b%4010.0.0.2', 'topic/room%3Agarden-1'];
const PATIENCE_MS = 60_000;

const browser = await chromium.launch({
  executablePath,
  headless: true,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
});
const seen = { errors: [], violations: [] };

async function open(hash, { width = 1280, height = 800, colorScheme = 'light', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const world = await fake(context, folders, options);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('pageerror', error => seen.errors.push(String(error.stack)));
  page.on('console', message => message.type() === 'error' && !/net::ERR_|Failed to load/.test(message.text()) && seen.errors.push(message.text()));
  await page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', event => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(`${ADDRESS}#/${hash}`);
  await page.waitForSelector('html[data-state="live"]');
  await page.waitForSelector('main #page:not([aria-busy])');
  return { page, world, close: () => context.close() };
}

const settled = page => page.waitForSelector('main #page:not([aria-busy])');
const to = async (page, hash) => {
  await page.evaluate(place => (location.hash = place), `#/${hash}`);
  await settled(page);
};
const hash = page => page.evaluate(() => location.hash);
const focused = page => page.evaluate(() => document.activeElement.textContent || document.activeElement.type);

/** Names that strangers have chosen, on every page. */
async function hostile() {
  const { page, world, close } = await open('overview', { hostile: true, everyMs: 2000 });
  const texts = {};
  for (const place of [...PAGES, ...DETAILS, ...HOSTILE.map(name => `topic/${encodeURIComponent(name.toWellFormed())}`)]) {
    await to(page, place);
    if (place.startsWith('topic/')) await page.keyboard.press('t');
    if (place === DETAILS[1]) await page.waitForSelector('.frame');
    texts[place] ??= await page.locator('main').innerText();
  }
  seen.hostile = {
    harmed: await page.evaluate(() => String(globalThis.harmed)),
    foreign: await page.evaluate(() => document.querySelectorAll('main script, main img, main iframe, main [onerror]').length),
    scripted: await page.evaluate(() => [...document.querySelectorAll('a')].filter(a => a.protocol === 'javascript:').length),
    elsewhere: world.requests.filter(url => !url.startsWith(ADDRESS)),
    connections: texts.connections,
    topics: texts.topics,
    tap: texts[DETAILS[1]],
    longest: Math.max(...Object.values(texts).map(text => Math.max(...text.split('\n').map(line => line.length)))),
  };
  seen.violations.push(...await page.evaluate(() => globalThis.violations));
  await close();
}

/** Nothing but the keyboard. */
async function keyboard() {
  const { page, world, close } = await open('overview', { everyMs: 200 });
  const walk = [];
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    await settled(page);
    walk.push(`${keys.join(' ')}: ${await hash(page)}`);
  };
  await press('2');
  await press('/');
  await page.keyboard.type('auth');
  await page.waitForFunction(() => location.hash.includes('text=auth'));
  await settled(page);
  walk.push(`auth: ${await hash(page)}`);
  await press('ArrowDown', 'j', 'k', 'j');
  walk.push(`on: ${await focused(page)}`);
  await press('Enter');
  await press('Escape');
  await press(']');
  await press('[');
  await press('g', 't');
  await press('?');
  walk.push(`help: ${await page.locator('#help').isVisible()}`);
  await press('3');
  await press('Escape');
  walk.push(`help: ${await page.locator('#help').isVisible()}`);
  await press('d');
  walk.push(`theme: ${await page.evaluate(() => document.documentElement.dataset.theme)}`);
  await press('p');
  const looked = world.looks.length;
  const before = await page.locator('tbody').innerText();
  await page.waitForTimeout(600); // three views, of which none is shown
  walk.push(`held: ${before === await page.locator('tbody').innerText()}, ${world.looks.length === looked}`);
  await press('p');
  await page.waitForFunction(text => document.querySelector('tbody').innerText !== text, before);
  seen.walk = walk;
  await close();
}

/** What is asked of the server: a search, an order, a page, a node. */
async function asked() {
  const { page, world, close } = await open('connections', { everyMs: 2000 });
  const last = () => {
    const { text, sort, desc, offset, limit, node } = world.looks.at(-1);
    return { text, sort, desc, offset, limit, node };
  };
  seen.looks = [last()];
  await page.fill('input[type=search]', 'user:1');
  await page.waitForFunction(() => /that match/.test(document.querySelector('.pager')?.innerText ?? ''));
  seen.looks.push(last());
  seen.found = { pager: await page.locator('.pager span').innerText(), names: await page.locator('tbody .who .name').allInnerTexts() };
  await page.fill('input[type=search]', '');
  await page.waitForFunction(() => !/that match/.test(document.querySelector('.pager').innerText));
  await page.click('th >> text=Open');
  await page.waitForSelector('th[aria-sort=descending] >> text=Open');
  seen.looks.push(last());
  await page.click('th >> text=Open');
  await page.waitForSelector('th[aria-sort=ascending] >> text=Open');
  seen.looks.push(last());
  await page.click('.pager >> text=Next');
  await page.waitForFunction(() => document.querySelector('.pager span').innerText.startsWith('51–100'));
  seen.looks.push(last());
  await page.click('#nodes >> text=b@10.0.0.2');
  await page.waitForFunction(() => [...document.querySelectorAll('tbody .node')].every(node => node.innerText === 'b@10.0.0.2'));
  seen.looks.push(last());
  await close();
}

/** Rows do not move below the pointer. */
async function reading() {
  const { page, world, close } = await open('topics?sort=deliveries_per_s', { everyMs: 200 });
  const order = () => page.locator('tbody td:first-child').allInnerTexts();
  const changed = before => page.waitForFunction(text => document.querySelector('tbody').innerText !== text, before);
  await page.hover('tbody tr:nth-child(3)');
  const first = await order();
  world.mixed = true; // from now on the order is another with each view
  for (let i = 0; i < 3; i++) await changed(await page.locator('tbody').innerText());
  seen.reading = { held: String(first) === String(await order()), note: await page.locator('.held').innerText() };
  await page.mouse.move(5, 5);
  await page.waitForFunction(text => document.querySelector('tbody td').innerText !== text, first[0]);
  seen.reading.moved = String(first) !== String(await order());
  await close();
}

async function cut() {
  const { page, world, close } = await open('connection/1001?node=b%4010.0.0.2', { everyMs: 200 });
  await page.click('text=Cut this connection');
  await page.click('dialog >> text=Cancel');
  const unasked = world.asked.length;
  await page.click('text=Cut this connection');
  await page.click('dialog button.danger');
  await page.waitForFunction(() => /gone/.test(document.querySelector('.facts').innerText));
  seen.cut = { unasked, asked: world.asked, outcome: await page.locator('.outcome').innerText(), still: await page.locator('text=Cut this connection').isVisible() };
  await close();
  const reader = await open('connection/1001?node=b%4010.0.0.2', { mayAct: false });
  await reader.page.waitForFunction(() => /user/.test(document.querySelector('.subject').innerText));
  seen.cut.mayNot = await reader.page.locator('text=Cut this connection').isVisible();
  await reader.close();
}

async function tap() {
  const { page, world, close } = await open('topic/room%3Agarden-1', { everyMs: 50 });
  await page.click('.tap >> text=Tap');
  await page.waitForFunction(() => /the last 500 shown/.test(document.querySelector('.tap [role=status]').innerText));
  const frames = await page.locator('.frame').count();
  const newest = await page.locator('.frame').first().innerText();
  await page.click('text=Stop');
  await page.click('text=Clear');
  seen.tap = { frames, newest, after: await page.locator('.frame').count(), asked: world.asked.map(([event, payload]) => `${event} ${JSON.stringify(payload)}`) };
  await page.click('.tap >> text=Tap');
  await page.waitForSelector('.frame');
  for (const socket of world.sockets) await socket.close({ code: 1012 });
  await page.waitForSelector('html:not([data-state="live"])');
  await page.waitForSelector('html[data-state="live"]');
  await page.click('text=Clear');
  await page.waitForSelector('.frame');
  await page.keyboard.press('2');
  await page.waitForFunction(() => location.hash === '#/connections');
  seen.tap.again = world.asked.slice(2).map(([event]) => event);
  await close();
}

/** The connection is lost, the browser has no network, a node is silent, the viewer may no longer look. */
async function trouble() {
  const { page, world, close } = await open('overview', { everyMs: 300 });
  const state = name => page.waitForSelector(`html[data-state="${name}"]`);
  seen.trouble = { fine: await page.locator('#notice').isVisible() };
  const joins = world.joins.length;
  for (const viewer of world.viewers) viewer.expire();
  await state('reconnecting');
  await state('live');
  seen.trouble.joins = world.joins.slice(joins - 1);
  world.deaf = true;
  for (const socket of world.sockets) await socket.close({ code: 1012 });
  await state('reconnecting');
  seen.trouble.lost = await page.locator('#notice').innerText();
  world.deaf = false;
  await state('live');
  await page.context().setOffline(true);
  await state('offline');
  seen.trouble.offline = await page.locator('#notice').innerText();
  await page.waitForFunction(() => /as of/.test(document.querySelector('#fresh').innerText));
  const looked = world.looks.length;
  await page.context().setOffline(false);
  await state('live');
  await page.waitForFunction(() => document.querySelector('#fresh').innerText === '');
  seen.trouble.lookedAgain = world.looks.length > looked;
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await state('live');
  // Until nothing of the connection before can come late: phoenix.js waits for its end for a second and a half.
  for (const end = Date.now() + 2500; Date.now() < end;) for (const place of ['topics', 'overview']) await to(page, place);
  world.silent = ['b@10.0.0.2'];
  await page.waitForSelector('#nodes .silent');
  seen.trouble.silent = { scope: await page.locator('#scope').innerText(), row: await page.locator('tbody tr.silent').innerText() };
  seen.trouble.chosen = {};
  for (const place of ['connections', 'topics', 'channels']) {
    await page.evaluate(to => (location.hash = to), `#/${place}?node=b%4010.0.0.2`);
    await page.waitForFunction(() => /does not answer/.test(document.querySelector('#notice').innerText));
    seen.trouble.chosen[place] = await page.locator('#notice').innerText();
    await page.evaluate(() => (location.hash = '#/overview'));
    await page.waitForSelector('#notice', { state: 'hidden' });
  }
  world.deny = true;
  for (const socket of world.sockets) await socket.close({ code: 1012 });
  await state('refused');
  seen.trouble.refused = await page.locator('#notice').innerText();
  await close();
}

/** At each width, on each page, in light and dark: what scrolls sideways, what has no name, and what is too pale to be read. */
async function layout() {
  seen.layout = {};
  for (const [width, colorScheme] of [[360, 'dark'], [768, 'light'], [1280, 'dark'], [2560, 'light']]) {
    const { page, close } = await open('overview', { width, colorScheme, hostile: true, everyMs: 5000 });
    for (const place of width === 768 || width === 2560 ? ['overview', 'connections', 'channels'] : [...PAGES, ...DETAILS]) {
      await to(page, place);
      seen.layout[`${width} ${place}`] = await page.evaluate(look);
    }
    await close();
  }
}

/** Runs in the page. */
function look() {
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const below = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] > 200) return colour;
    }
    return [255, 255, 255, 255];
  };
  const pale = [];
  const named = element => (element.getAttribute('aria-label') || element.innerText || element.title || element.alt || '').trim() !== '';
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility() || element.closest('[aria-hidden], :disabled, noscript')) continue;
    const [front, back] = [light(rgba(getComputedStyle(element).color)), light(below(element))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) pale.push(`${element.className || element.tagName} "${element.innerText.slice(0, 20)}" ${ratio.toFixed(2)}`);
  }
  return {
    sideways: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    nameless: [...document.querySelectorAll('a, button, input, [role=img], table, dialog')].filter(element => element.checkVisibility() && !named(element)).map(element => element.outerHTML.slice(0, 80)),
    pale: [...new Set(pale)],
    charts: document.querySelectorAll('.chart canvas').length,
  };
}

try {
  // Three at a time: a browser that has too much to do is no faster.
  const walks = [layout, keyboard, trouble, hostile, asked, reading, cut, tap];
  const lane = async () => {
    while (walks.length > 0) await walks.shift()();
  };
  await Promise.all([lane(), lane(), lane()]);
  process.stdout.write(JSON.stringify(seen));
} catch (e) {
  console.error('the pages said:', seen.errors);
  throw e;
} finally {
  await browser.close();
}
