// Looks at the example's page with headless Chromium: page.mjs CHROMIUM URL OTHER_NODES_URL, in the directory where npm has installed its
// libraries. Prints what it saw as one object of JSON.

import { createRequire } from 'node:module';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const [, , executablePath, url, otherNodesUrl] = process.argv;
const WIDTHS = [360, 768, 1280];
/** How long anything may take on a busy machine: nothing is told by it but that it does not come. */
const PATIENCE_MS = 60_000;

const browser = await chromium.launch({
  executablePath,
  headless: true,
  timeout: PATIENCE_MS,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
});
const seen = { errors: [], sockets: [] };

/** A window of its own, as of another person; `prepare` sees it before the page is there. */
async function open(width, prepare = () => {}, address = url) {
  const context = await browser.newContext({ viewport: { width, height: 740 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('websocket', socket => seen.sockets.push(socket.url()));
  await prepare(page);
  await page.goto(address);
  await page.waitForSelector('html[data-mood="good"]');
  return page;
}

const text = (page, selector) => page.locator(selector).innerText();
const arrived = (page, words) => page.locator('#chat .log li', { hasText: words }).waitFor();

/** Whoever has a new name joins again. */
async function rename(page, name) {
  await page.fill('#chat-name', name);
  await page.press('#chat-name', 'Tab');
  await arrived(page, `you are in, as ${name}`);
}

/** Waits until the room of a window has these people, each with its windows, its nodes and whether it types. */
async function here(page, ...people) {
  const list = () => page.$$eval('#chat .who li', all => all.map(one => [...one.children].map(part => part.textContent).join(' ')));
  const end = Date.now() + PATIENCE_MS;
  for (let now = await list(); String(now) !== String(people); now = await list()) {
    if (Date.now() > end) throw new Error(`in the room: ${now} (expected: ${people})`);
    await page.waitForTimeout(20);
  }
}

/** Three windows on two nodes see who is there, who types, and who leaves. */
async function who() {
  const rabia = await open(1280);
  await rename(rabia, 'Rabia');
  const attar = await open(360, () => {}, otherNodesUrl);
  await rename(attar, 'Attar');
  await arrived(rabia, 'Attar came in');
  await here(rabia, 'Attar b@127.0.0.1', 'Rabia you a@127.0.0.1');
  await here(attar, 'Attar you b@127.0.0.1', 'Rabia a@127.0.0.1');

  const again = await open(360);
  await rename(again, 'Attar');
  await here(rabia, 'Attar ×2 a@127.0.0.1 b@127.0.0.1', 'Rabia you a@127.0.0.1');
  await attar.fill('#chat-text', 'hel');
  await here(rabia, 'Attar ×2 a@127.0.0.1 b@127.0.0.1 typing…', 'Rabia you a@127.0.0.1');
  await here(rabia, 'Attar ×2 a@127.0.0.1 b@127.0.0.1', 'Rabia you a@127.0.0.1'); // by itself, after a while

  await again.context().close();
  await here(rabia, 'Attar b@127.0.0.1', 'Rabia you a@127.0.0.1');
  await attar.click('#network');
  await arrived(rabia, 'Attar left');
  await here(rabia, 'Rabia you');
  await attar.click('#network');
  await here(rabia, 'Attar b@127.0.0.1', 'Rabia you a@127.0.0.1');
  seen.notes = await rabia.locator('#chat .log li').allInnerTexts();
  await attar.context().close();
  await rabia.context().close();
}

async function chat() {
  const wide = await open(1280);
  const narrow = await open(360);
  await rename(narrow, 'Attar');
  await arrived(wide, 'Attar came in');
  await narrow.fill('#chat-text', 'is anybody there?');
  await narrow.press('#chat-text', 'Enter');
  await arrived(wide, 'is anybody there?');
  await arrived(narrow, 'is anybody there?');
  seen.said = await text(wide, '#chat .log li:last-child');
  seen.firstDemo = await wide.locator('.demo').first().getAttribute('id');
  seen.commands = await wide.locator('[data-command]').allInnerTexts();
  await wide.locator('#tally-kill', { hasText: /\d/ }).waitFor();
  seen.kill = await text(wide, '#tally-kill');
  seen.links = await wide.$$eval('.links a', links => links.map(link => link.href));
  await wide.context().close();
  await narrow.context().close();
}

/** At each width: what is cut off, and whether a frame can be seen without scrolling. */
async function layout(width) {
  const page = await open(width);
  await page.waitForFunction(() => document.querySelectorAll('.telling').length === document.querySelectorAll('[data-tell]').length);
  await page.evaluate(() => document.querySelectorAll('details[data-tell]').forEach(panel => (panel.open = true)));
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  const found = await page.evaluate(() => {
    const inside = (inner, outer) => inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1
      && inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
    const screen = { top: 0, left: 0, bottom: innerHeight, right: document.documentElement.clientWidth };
    const tells = [...document.querySelectorAll('[data-tell]')];
    return {
      clipped: tells.filter(panel => {
        const pre = panel.querySelector('pre');
        return pre.scrollWidth > pre.clientWidth
          || !inside(panel.querySelector('.telling').getBoundingClientRect(), pre.getBoundingClientRect());
      }).map(panel => panel.dataset.code),
      sideways: document.documentElement.scrollWidth > screen.right,
    };
  });
  if (width > 1216) await page.locator('.frames').scrollIntoViewIfNeeded();
  found.frame = await page.locator('.frame').first().evaluate(frame => {
    const { top, bottom } = frame.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight + 1;
  });
  await page.context().close();
  return found;
}

/** A minute and a half in which only the heartbeats and the clock's tokens pass, on the page's own clock. */
async function silence() {
  const page = await open(1280, fresh => fresh.clock.install());
  for (let beats = 2; beats <= 6; beats += 2) {
    await page.clock.runFor(30_100);
    // One for each socket. The answers take their own time.
    await page.waitForFunction(n => document.querySelectorAll('.frame.in.heartbeat').length >= n, beats);
  }
  await page.clock.runFor(1_000);
  seen.silence = { state: await text(page, '#state-title'), lines: await page.locator('#lines dd').allInnerTexts() };
  await page.context().close();
}

async function guide() {
  const page = await (await browser.newContext()).newPage();
  await page.goto(new URL('/guide.html?page=docs/guides/start.md', url).href);
  await page.waitForSelector('.guide h1');
  seen.guide = await text(page, '.guide h1');
  seen.guideLinks = await page.$$eval('.guide a', links => links.map(link => link.getAttribute('href')));
}

try {
  await who();
  await chat();
  seen.widths = {};
  for (const width of WIDTHS) seen.widths[width] = await layout(width);
  await silence();
  await guide();
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}
