// Looks at the example's page with headless Chromium: page.mjs CHROMIUM URL, in the directory where npm has installed its libraries. Prints
// what it saw as one object of JSON.

import { createRequire } from 'node:module';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const [, , executablePath, url] = process.argv;
const WIDTHS = [360, 768, 1280];

const browser = await chromium.launch({
  executablePath,
  headless: true,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
});
const seen = { errors: [], sockets: [] };

/** A window of its own, as of another person; `prepare` sees it before the page is there. */
async function open(width, prepare = () => {}) {
  const context = await browser.newContext({ viewport: { width, height: 740 } });
  const page = await context.newPage();
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('websocket', socket => seen.sockets.push(socket.url()));
  await prepare(page);
  await page.goto(url);
  await page.waitForSelector('html[data-mood="good"]');
  return page;
}

const text = (page, selector) => page.locator(selector).innerText();
const arrived = (page, words) => page.locator('#chat .log li', { hasText: words }).waitFor();

async function chat() {
  const wide = await open(1280);
  const narrow = await open(360);
  await narrow.fill('#chat-name', 'Attar');
  await narrow.press('#chat-name', 'Tab');
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
  await chat();
  seen.widths = {};
  for (const width of WIDTHS) seen.widths[width] = await layout(width);
  await silence();
  await guide();
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}
