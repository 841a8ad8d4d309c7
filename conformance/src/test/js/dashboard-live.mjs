// Looks at the dashboard of two nodes with headless Chromium while clients of its own, whose doings it knows, are connected to them:
// dashboard-live.mjs CHROMIUM URL OTHER_NODES_URL, in the directory where npm has installed its libraries. Prints what each page showed as one
// object of JSON.

import { createRequire } from 'node:module';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');
const [, , executablePath, ...nodes] = process.argv;
const PATIENCE_MS = 60_000;
const CLIENTS = [12, 7];
const ECHOES = 25;
const SECRET = 'open sesame';

const browser = await chromium.launch({
  executablePath,
  headless: true,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
context.setDefaultTimeout(PATIENCE_MS);
const seen = { errors: [] };

/** A window whose script is the clients of one node. */
async function clients(url, count) {
  const page = await context.newPage();
  await page.goto(new URL('/dashboard/style.css', url).href);
  await page.evaluate(async n => {
    const socketUrl = `${location.origin.replace('http', 'ws')}/socket/websocket?vsn=2.0.0`;
    globalThis.ref = 0;
    globalThis.replies = new Map();
    globalThis.send = (socket, topic, event, payload = {}, joinRef = '1') => new Promise(done => {
      const ref = String(++globalThis.ref);
      globalThis.replies.set(ref, done);
      socket.send(JSON.stringify([event === 'phx_join' ? ref : joinRef, ref, topic, event, payload]));
    });
    const open = () => new Promise((done, fail) => {
      const socket = new WebSocket(socketUrl);
      socket.onmessage = ({ data }) => {
        const [joinRef, ref, , event, payload] = JSON.parse(data);
        if (event === 'phx_reply') globalThis.replies.get(ref)?.(payload.status);
        else if (event === 'phx_error') globalThis.crashed?.(joinRef);
      };
      socket.onopen = () => done(socket);
      socket.onerror = fail;
    });
    globalThis.sockets = await Promise.all(Array.from({ length: n }, open));
    const beat = socket => socket.readyState === 1 && globalThis.send(socket, 'phoenix', 'heartbeat', {}, null);
    setInterval(() => globalThis.sockets.forEach(beat), 15_000);
    for (const socket of globalThis.sockets) {
      socket.joinRef = String(globalThis.ref + 1);
      await globalThis.send(socket, 'load:shared', 'phx_join');
    }
  }, count);
  return page;
}

const hash = (page, place) => page.evaluate(to => (location.hash = to), `#/${place}`);
/** Until the page says so, as it is told once a second. */
const until = (page, test, argument) => page.waitForFunction(test, argument);
const rows = page => page.$$eval('tbody tr', all => all.map(row => [...row.cells].map(cell => cell.innerText.trim())));

try {
  const [here, there] = [await clients(nodes[0], CLIENTS[0]), await clients(nodes[1], CLIENTS[1])];
  const page = await context.newPage();
  page.on('pageerror', error => seen.errors.push(String(error.stack)));
  page.on('console', message => message.type() === 'error' && seen.errors.push(message.text()));
  await page.goto(new URL('/dashboard/', nodes[0]).href);
  await page.waitForSelector('html[data-state="live"]');

  await until(page, ([a, b]) => {
    const cells = [...document.querySelectorAll('tbody tr')].map(row => Number(row.cells[2].innerText));
    return cells.length === 2 && cells[0] === a && cells[1] === b;
  }, [CLIENTS[0] + 1, CLIENTS[1]]); // this window is a client, too
  seen.overview = await rows(page);
  seen.charts = await page.$$eval('.chart canvas', all => all.length);

  await hash(page, 'topics?text=load%3Ash');
  await until(page, () => document.querySelector('tbody tr')?.cells[0].innerText === 'load:shared');
  seen.topics = await rows(page);
  seen.byNode = await page.locator('tbody .bar').getAttribute('title');

  await hash(page, 'topic/load%3Ashared');
  await page.click('.tap >> text=Tap');
  await until(page, () => /^On/.test(document.querySelector('.tap [role=status]').innerText));
  await here.evaluate(secret => globalThis.sockets[0].send(JSON.stringify([globalThis.sockets[0].joinRef, null, 'load:shared', 'pub', { body: secret, n: 7 }])), SECRET);
  await until(page, () => document.querySelectorAll('.frame.broadcast').length > 0);
  seen.frames = await page.locator('.frame').allInnerTexts();
  seen.secret = (await page.locator('main').innerText()).includes(SECRET);
  await page.click('text=Stop');

  await here.evaluate(n => Promise.all(Array.from({ length: n }, () => globalThis.send(globalThis.sockets[0], 'load:shared', 'echo', {}, globalThis.sockets[0].joinRef))), ECHOES - 5);
  await there.evaluate(n => Promise.all(Array.from({ length: n }, () => globalThis.send(globalThis.sockets[0], 'load:shared', 'echo', {}, globalThis.sockets[0].joinRef))), 5);
  await there.evaluate(async () => {
    for (let i = 0; i < 3; i++) {
      const gone = new Promise(done => (globalThis.crashed = done));
      const joinRef = String(globalThis.ref + 1);
      await globalThis.send(globalThis.sockets[1], 'crash:live', 'phx_join');
      globalThis.send(globalThis.sockets[1], 'crash:live', 'crash', {}, joinRef);
      await gone;
    }
  });
  await hash(page, 'channels');
  const card = pattern => page.locator('section > .cards > .card', { has: page.locator('h2', { hasText: pattern }) });
  await until(page, n => [...document.querySelectorAll('section > .cards > .card')].some(one => /^load:\*/.test(one.innerText) && [...one.querySelectorAll('tr')].some(row => /^echo/.test(row.innerText) && row.cells[2].innerText === String(n))), ECHOES);
  await until(page, () => /×3/.test(document.querySelector('.crash')?.innerText ?? ''));
  seen.load = await card('load:*').innerText();
  seen.crashing = await card('crash:*').innerText();
  await page.click('.crash summary');
  seen.crash = await page.locator('.crash').first().innerText();

  await hash(page, 'overview');
  await page.click('.attention a >> text=Crashing channel');
  await page.waitForSelector('.card.pointed');
  seen.pointed = await page.locator('.card.pointed h2').innerText();

  await hash(page, 'connections?sort=open_s');
  await page.waitForSelector('tbody tr:nth-child(20)');
  const peer = await page.$$eval('tbody tr', all => all.map(row => row.cells).find(cells => cells[0].innerText.includes('/socket') && cells[4].innerText !== '')[2].innerText);
  await page.fill('input[type=search]', peer);
  await until(page, one => document.querySelectorAll('tbody tr').length === 1 && document.querySelector('tbody td:nth-child(3)').innerText === one, peer);
  seen.pager = await page.locator('.pager span').innerText();
  await page.click('tbody tr');
  await page.waitForSelector('.subject');
  await until(page, () => /ms/.test(document.querySelector('.facts').innerText) && document.querySelector('tbody tr'));
  seen.connection = { facts: await page.locator('.facts').innerText(), topics: await rows(page), peer };
  await page.click('text=Cut this connection');
  await page.click('dialog button.danger');
  await until(page, () => /gone/.test(document.querySelector('.facts').innerText));
  const open = window => window.evaluate(() => globalThis.sockets.filter(socket => socket.readyState === 1).length);
  const end = Date.now() + PATIENCE_MS;
  while (await open(here) + await open(there) !== CLIENTS[0] + CLIENTS[1] - 1 && Date.now() < end) await page.waitForTimeout(50);
  seen.left = await open(here) + await open(there);

  await hash(page, 'loops');
  await page.waitForSelector('[aria-label="Event loops"] tbody tr');
  seen.loops = await page.$$eval('table[aria-label="Event loops"] tbody tr', all => all.map(row => [...row.cells].map(cell => cell.innerText)));
  await hash(page, 'limits');
  await page.waitForSelector('table[aria-label="Limits"] tbody tr');
  seen.limits = await page.locator('main').innerText();
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}
