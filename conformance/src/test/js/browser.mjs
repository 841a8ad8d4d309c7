// Drives phoenix.js in a page of headless Chromium: browser.mjs CHROMIUM [blocked [SITE]], in the directory where npm has installed its
// libraries. Where WebSocket is blocked, it has to fall back to long polling. The page is of a site of its own, or of that one.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { blocked, give, unblock } from './blocked.mjs';
import { report, serve } from './lines.mjs';

const { chromium } = createRequire(`${process.cwd()}/`)('playwright-core');

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

const isBlocked = process.argv[3] === 'blocked';
const site = process.argv[4];
const options = isBlocked ? { longPollFallbackMs: 500 } : {};

const PAGE = `<!doctype html><meta charset="utf-8"><title>phoenix.js</title><link rel="icon" href="data:,">
<script type="module">
  import { Presence, Socket } from '/phoenix.mjs';
  import { Verbs } from '/verbs.mjs';
  window.verbs = new Verbs((url, params) => new Socket(url, { params, ...${JSON.stringify(options)} }), window.report,
    channel => new Presence(channel));
</script>`;

const files = {
  '/': ['text/html', PAGE],
  '/phoenix.mjs': ['text/javascript', await readFile('node_modules/phoenix/priv/static/phoenix.mjs')],
  '/verbs.mjs': ['text/javascript', await readFile(new URL('verbs.mjs', import.meta.url))],
};

const web = createServer((request, response) => {
  if (files[request.url]) give(files[request.url], response);
  else response.writeHead(404).end('no such file');
});
await new Promise(done => web.listen(0, '127.0.0.1', done));
const home = site ? await blocked(site, files) : `ws://localhost:${web.address().port}/`;

const profile = await mkdtemp(`${process.cwd()}/profile-`);
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.argv[2],
  headless: true,
  chromiumSandbox: false,
  args: FLAGS,
});
const page = context.pages()[0] || await context.newPage();
page.on('pageerror', error => console.error(error));
await page.exposeFunction('report', report);
await page.goto(home.replace('ws:', 'http:'));
await page.waitForFunction(() => window.verbs);

async function handle(command) {
  const url = isBlocked && command.url ? { url: await blocked(command.url) } : {};
  await page.evaluate(asked => window.verbs.handle(asked), { ...command, ...url });
}

let last = Promise.resolve();

await serve(
  command => {
    last = last.then(() => handle(command)).catch(error => report('driver', 'failed', String(error)));
  },
  async () => {
    unblock();
    await context.close();
    web.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
