// A network in which WebSocket does not work: a proxy that passes on plain requests, and lets an upgrade wait for ever.

import { createServer, request } from 'node:http';

const proxies = new Map();

/** The address of the same server behind such a proxy, which has files of its own: their types and contents, by path. */
export async function blocked(url, files = {}) {
  const { port, pathname } = new URL(url);
  if (!proxies.has(port)) {
    const proxy = createServer((asked, answer) => (files[asked.url] ? give(files[asked.url], answer) : pass(port, asked, answer)));
    proxy.on('upgrade', (asked, socket) => socket.on('error', () => {}));
    await new Promise(done => proxy.listen(0, '127.0.0.1', done));
    proxies.set(port, proxy);
  }
  return `ws://127.0.0.1:${proxies.get(port).address().port}${pathname}`;
}

export function unblock() {
  for (const proxy of proxies.values()) {
    proxy.close();
    proxy.closeAllConnections();
  }
}

export function give([type, body], answer) {
  answer.writeHead(200, { 'content-type': type }).end(body);
}

function pass(port, asked, answer) {
  const { method, url: path, headers } = asked;
  const onwards = request({ host: '127.0.0.1', port, method, path, headers }, passed => {
    answer.writeHead(passed.statusCode, passed.rawHeaders);
    passed.pipe(answer);
  });
  onwards.on('error', () => answer.destroy());
  answer.on('close', () => onwards.destroy());
  asked.pipe(onwards);
}
