// The auction under kill -9: auction.mjs RECIPE CHROMIUM PORT SERVER-COMMAND..., in the directory where npm has installed its libraries. Two
// windows in Chromium and some bidders in Node bid while the server is killed again and again. Prints what they saw as one object of JSON.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.cwd()}/`);
const { chromium } = require('playwright-core');
const { Socket } = require('phoenix');
const { WebSocket } = require('ws');
const [, , recipe, executablePath, port, ...command] = process.argv;
const { keptChannel } = await import(pathToFileURL(recipe).href);
const KILLS = 3;
const BIDDERS = 4;
const url = `http://127.0.0.1:${port}/`;
const seen = { errors: [], kills: [] };
let server;

async function start() {
  server = spawn(command[0], [...command.slice(1), '--port', port], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('listening on ')) break;
    if (/ERROR/.test(line)) seen.errors.push(line);
  }
  server.stdout.resume();
}

async function kill() {
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

/** Bids a little more than it has heard of, as fast as it is answered, until it is told to stop. */
function bidder(name) {
  const bids = []; // as they came
  const acknowledged = [];
  let count = 0;
  let price = 0;
  let bidding = true;
  const socket = new Socket(`${url.replace('http', 'ws')}socket`, { transport: WebSocket, timeout: 3_000 });
  const auction = keptChannel(socket, 'auction:feather', {
    on: {
      bid(bid) {
        bids.push(bid);
        count = Math.max(count, bid.number);
        price = Math.max(price, bid.amount);
      },
    },
    joined(reply) {
      if (reply.recovered === false) seen.errors.push(`${name} was not recovered`);
      if (!reply.recovered) ({ count, price } = reply);
    },
  });
  socket.connect();
  const done = (async () => {
    while (bidding) {
      try {
        acknowledged.push(await auction.send('bid', { bidder: name, amount: price + 1 }));
      } catch (why) {
        if (!String(why.reason).startsWith('amount')) seen.errors.push(JSON.stringify(why));
      }
    }
  })();
  return { name, bids, acknowledged, count: () => count, async stop() { bidding = false; await done; }, close: () => socket.disconnect() };
}

const text = (page, selector) => page.locator(selector).innerText();
/** How long anything may take on a busy machine. */
const PATIENCE_MS = 60_000;
const until = (page, check, argument) => page.waitForFunction(check, argument, { timeout: PATIENCE_MS, polling: 50 });
const connected = page => until(page, () => document.documentElement.dataset.mood === 'good');
const nothingWaits = page => until(page, () => document.querySelector('#outbox').textContent === 'Nothing is waiting.');
const shows = (page, least) => until(page, n => Number(document.querySelector('#price').textContent) >= n, least);
const price = async page => Number(await text(page, '#price'));

async function open(browser, name) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.on('pageerror', error => seen.errors.push(String(error)));
  await page.goto(url);
  await connected(page);
  await page.fill('#bidder', name); // behind the name that the page makes up before it connects
  return page;
}

async function bid(page, more) {
  await page.fill('#amount', String((await price(page)) + more));
  await page.press('#amount', 'Enter');
}

/** One window is cut off and bids all the same. */
async function cut(one, other) {
  await one.locator('[data-more="10"]').click();
  await until(other, () => document.querySelector('#price').textContent === '10');
  await one.click('#cut');
  await until(one, () => document.documentElement.dataset.mood === 'bad');
  await bid(one, 1_000);
  seen.whileCut = await text(one, '#outbox');
  for (let i = 0; i < 3; i++) {
    await bid(other, 1);
    await until(other, n => document.querySelector('#price').textContent === String(n), 11 + i);
  }
  await one.click('#cut');
  await connected(one);
  await nothingWaits(one);
  await shows(one, 1_010);
  await shows(other, 1_010);
  seen.afterCut = await text(one, '#joined');
  seen.list = await one.locator('#list li').allInnerTexts();
}

const browser = await chromium.launch({ executablePath, headless: true, timeout: PATIENCE_MS, chromiumSandbox: false, args: ['--disable-gpu', '--disable-quic'] });
try {
  await start();
  const [one, other] = [await open(browser, 'Attar'), await open(browser, 'Hoopoe')];
  await cut(one, other);
  const bidders = Array.from({ length: BIDDERS }, (_, i) => bidder(`bird ${i + 1}`));
  const acknowledged = () => bidders.reduce((sum, each) => sum + each.acknowledged.length, 0);
  for (let i = 0; i < KILLS; i++) {
    const before = acknowledged();
    while (acknowledged() < before + 50) await new Promise(done => setTimeout(done, 20));
    await kill();
    await until(one, () => document.documentElement.dataset.mood === 'wait');
    const shown = await price(one);
    await bid(one, 100_000);
    await start();
    await connected(one);
    await nothingWaits(one);
    await shows(one, shown + 100_000); // a bid may be acknowledged before it comes with the others
    seen.kills.push({ before: shown, after: await price(one), joined: await text(one, '#joined'), refused: await one.locator('#refused').isVisible() });
  }
  await Promise.all(bidders.map(each => each.stop()));
  const last = Math.max(...bidders.flatMap(each => each.acknowledged.map(bid => bid.number)));
  while (bidders.some(each => each.count() < last)) await new Promise(done => setTimeout(done, 20));
  for (const page of [one, other]) {
    await until(page, n => Number(document.querySelector('#list .number')?.textContent) >= n, last);
  }
  const from = Math.max(...bidders.map(({ bids }) => bids[0].number)); // from then on all were there
  seen.bidders = bidders.map(({ name, bids, acknowledged }) => ({
    shared: bids.filter(bid => bid.number >= from),
    own: bids.filter(bid => bid.bidder === name),
    acknowledged,
  }));
  seen.windows = await Promise.all([one, other].map(async page => ({
    rows: await page.locator('#list li .amount').allInnerTexts(),
    order: await text(page, '#order'),
  })));
  bidders.forEach(each => each.close());
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
  server.kill('SIGKILL');
}
process.exit(0);
