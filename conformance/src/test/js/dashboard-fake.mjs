// A server for the dashboard's page that is none: the files from disk, and a channel that tells of a cluster that was made up, moving, and of
// names that strangers have chosen to do harm.

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export const ADDRESS = 'http://dashboard.test/some/prefix/dashboard/';
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://dashboard.test; "
  + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const NODES = ['a@10.0.0.1', 'b@10.0.0.2', 'c@10.0.0.3'];

export const HOSTILE = [
  '<script>globalThis.harmed = 1</script>',
  '"><img src=x onerror="globalThis.harmed = 1">',
  'javascript:globalThis.harmed=1',
  '\u202egnp.exe\u202c',
  '\ud83d broken',
  'line\nbreak\u0000\u001b[31m\u200b',
  'x'.repeat(10_240),
  '__proto__',
  "');alert(1)//",
  '../../etc/passwd?a=1&b=2#c%zz',
];

/** Serves the page to all windows of a browser's context. `folders` are those of the files, the first that has one wins. */
export async function fake(context, folders, { hostile = false, nodes = NODES, mayAct = true, calm = false, everyMs = 1000 } = {}) {
  const world = { hostile, nodes, mayAct, calm, everyMs, silent: [], looks: [], asked: [], requests: [], deaf: false, tokens: 0, joins: [], viewers: new Set(), mixed: false, sockets: new Set(), deny: false, gone: new Set() };
  await context.route('**/*', route => answer(route, folders, world));
  await context.routeWebSocket(url => url.href.includes('/socket/websocket'), socket => (world.deaf ? socket.close({ code: 1013 }) : new Viewer(socket, world)));
  return world;
}

async function answer(route, folders, world) {
  const url = new URL(route.request().url());
  world.requests.push(url.href);
  const base = new URL(ADDRESS);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return route.fulfill({ status: 404, body: '' });
  const path = url.pathname.slice(base.pathname.length) || 'index.html';
  if (path === 'token') {
    return world.deny ? route.fulfill({ status: 403, body: '' }) : route.fulfill({ json: { token: `token ${++world.tokens}`, renew_in_s: 40 } });
  }
  for (const folder of folders) {
    const body = await readFile(join(folder, path)).catch(() => undefined);
    if (body) return route.fulfill({ body, contentType: TYPES[extname(path)], headers: { 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' } });
  }
  return route.fulfill({ status: 404, body: '' });
}

class Viewer {
  constructor(socket, world) {
    this.socket = socket;
    this.world = world;
    world.sockets.add(socket);
    world.viewers.add(this);
    socket.onMessage(text => this.#take(JSON.parse(text)));
    this.timer = setInterval(() => this.#view(), world.everyMs);
    socket.onClose(() => {
      clearInterval(this.timer);
      world.sockets.delete(socket);
      world.viewers.delete(this);
    });
  }

  #take([joinRef, ref, topic, event, payload]) {
    const reply = (response = {}, status = 'ok') => this.#send(joinRef, ref, topic, 'phx_reply', { status, response });
    if (event === 'phx_join') {
      this.joinRef = joinRef;
      this.world.joins.push(payload.token);
      return reply({ node: NODES[0], nodes: this.world.nodes, viewer: 'ann', may_act: this.world.mayAct, interval_ms: 1000, version: '0.1.0' });
    }
    if (event === 'look') {
      this.world.looks.push(payload);
      this.look = payload;
      reply();
      if (payload.page === 'overview') this.#push('history', historyOf(this.world.nodes, Date.now()));
      return this.#view();
    }
    if (event !== 'heartbeat') this.world.asked.push([event, payload]);
    if (event === 'tap') this.tapped = payload.topic;
    if (event === 'untap') this.tapped = undefined;
    if (event === 'cut') this.world.gone.add(payload.id);
    reply();
  }

  #view() {
    if (!this.look || !this.joinRef) return;
    const { page, seq } = this.look;
    const unknown = page !== 'overview' && this.world.silent.includes(this.look.node);
    const data = unknown ? {} : PAGES[page]?.(this.look, this.world, Date.now()) ?? {};
    this.#push('view', { page, seq, at: Date.now(), took_ms: 3, silent: this.world.silent, data });
    if (this.tapped) this.#push('frames', { topic: this.tapped, missed: 3, frames: framesOf(this.tapped, this.world) });
  }

  /** Its token has run out. */
  expire() {
    this.#push('phx_close', {});
    this.joinRef = undefined;
  }

  #push(event, payload) {
    this.#send(this.joinRef, null, 'dashboard:main', event, payload);
  }

  #send(...message) {
    try {
      this.socket.send(JSON.stringify(message));
    } catch {
      clearInterval(this.timer); // its window has gone
    }
  }
}

// A number that moves slowly around another, the same for the same time and name.
const wave = (name, at, middle, swing, seconds = 60) => {
  const phase = [...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 997, 7);
  const t = at / 1000 / seconds + phase;
  return Math.max(0, middle + swing * (Math.sin(t) * 0.6 + Math.sin(2.7 * t + 1) * 0.3 + Math.sin(13 * t) * 0.15));
};

const SERIES = {
  connections: (n, at) => Math.round(wave(`c${n}`, at, 3800, 300, 200)),
  in_per_s: (n, at) => wave(`i${n}`, at, 900, 260),
  out_per_s: (n, at) => wave(`o${n}`, at, 5200, 900),
  deliveries_per_s: (n, at) => wave(`d${n}`, at, 4900, 1200, 40),
  joins_per_s: (n, at) => wave(`j${n}`, at, 14, 9, 30),
  drops_per_s: (n, at) => Math.max(0, wave(`x${n}`, at, -3, 8, 90)),
  crashes_per_s: (n, at) => Math.max(0, wave(`y${n}`, at, -2, 3, 120)),
  loop_lag_ms: (n, at) => (n.startsWith('b') ? wave('lag', at, 90, 80, 70) : wave(`l${n}`, at, 1.2, 0.8, 20)),
  cpu: (n, at) => Math.min(1, wave(`u${n}`, at, n.startsWith('b') ? 0.72 : 0.3, 0.15, 50)),
  heap_used: (n, at) => 2.4e8 + 1.8e8 * (((at / 1000 + n.charCodeAt(0) * 13) % 47) / 47),
  queued_bytes: (n, at) => (n.startsWith('c') ? wave('q', at, 2.2e6, 9e5, 45) : wave(`q${n}`, at, 3e4, 3e4)),
  handle_p99_us: (n, at) => wave(`h${n}`, at, n.startsWith('b') ? 4200 : 380, n.startsWith('b') ? 2600 : 120, 35),
};

const pointsOf = (nodes, at) => Object.fromEntries(nodes.map(n => [n, Object.fromEntries(Object.entries(SERIES).map(([s, f]) => [s, f(n, at)]))]));

const historyOf = (nodes, at) => Object.fromEntries(nodes.map(n => [n, {
  step_s: 5,
  end: at,
  series: Object.fromEntries(Object.entries(SERIES).map(([s, f]) => [s, Array.from({ length: 180 }, (_, i) => f(n, at - (179 - i) * 5000))])),
}]));

function connection(i, { hostile, nodes }, at) {
  const node = nodes[i % nodes.length];
  const slow = i === 2;
  return {
    node, id: String(1000 + i), name: hostile && i < HOSTILE.length ? HOSTILE[i] : i % 9 === 4 ? '' : `user:${(i * 7919) % 9000}`, mount: i % 5 === 0 ? '/auth_socket' : '/socket',
    transport: i % 17 === 3 ? 'longpoll' : 'websocket', vsn: '2.0.0', peer: `10.1.${i % 200}.${(i * 37) % 250}:${40000 + ((i * 733) % 20000)}`,
    open_s: 40 + i * 61, channels: 1 + (i % 4), waiting_bytes: i % 11 === 0 ? 420 + i : 0, 
    stalled_ms: slow ? 42_000 : 0, queued_bytes: slow ? Math.round(wave('slow', at, 2.1e6, 5e5, 30)) : Math.max(0, 60_000 - i * 900),
    messages_in: Math.round(at / 4000) % 5000 + i, bytes_in: 52_000 + i * 91, messages_out: Math.round(at / 900) % 90_000 + i * 3, bytes_out: 4_200_000 - i * 3111,
    paused: i === 5 ? ['mailbox'] : [], slow,
  };
}

const topicName = (i, { hostile }) => (hostile && i < HOSTILE.length ? HOSTILE[i] : i === 0 ? 'news' : `room:${['lobby', 'garden', 'library', 'kitchen', 'attic'][i % 5]}-${i}`);

function topicRow(i, world, at) {
  const subscribers = Math.max(1, Math.round(9000 / (i + 1)));
  return {
    topic: topicName(i, world), pattern: i === 0 ? 'news' : 'room:*', subscribers,
    by_node: Object.fromEntries(world.nodes.map((n, j) => [n, Math.round((subscribers * (3 - j)) / 6)])),
    broadcasts_per_s: wave(`b${i}`, at, 30 / (i + 1), 8 / (i + 1), 20), deliveries_per_s: wave(`v${i}`, at, 20_000 / (i + 1), 4000 / (i + 1), 20),
  };
}

/** Sorted, searched and cut as the server does it. */
function listed(all, { text, sort, desc, offset, limit }, words) {
  const matching = all.filter(row => words(row).toLowerCase().includes((text ?? '').toLowerCase()));
  matching.sort((a, b) => (desc ? -1 : 1) * ((a[sort] ?? 0) - (b[sort] ?? 0)));
  return { total: all.length, matched: matching.length, rows: matching.slice(offset, offset + limit) };
}

const scope = (rows, { node }) => rows.filter(row => !node || row.node === node);

const STACK = `java.lang.IllegalStateException: price: -3 (expected: more than the last)
\tat auction.LotChannel.bid(LotChannel.java:71)
\tat dev.simurgh.channel.Handlers.in(Handlers.java:118)
\tat dev.simurgh.channel.Mailbox.run(Mailbox.java:204)
\tat dev.simurgh.channel.Scheduler$Worker.run(Scheduler.java:92)
\tat java.base/java.lang.Thread.run(Thread.java:840)`;

const PAGES = {
  overview: (look, world, at) => ({
    nodes: world.nodes.map(n => {
      const point = pointsOf([n], at)[n];
      const silent = world.silent.includes(n);
      return {
        name: n, self: n === NODES[0], answered: !silent, age_ms: silent ? 7000 : 4, up_s: 93_000 + n.charCodeAt(0) * 700, version: '0.1.0', java: '17.0.15',
        channels: Math.round(point.connections * 2.3), topics: 4200, subscriptions: Math.round(point.connections * 2.3), bytes_in_per_s: 90_000, bytes_out_per_s: 1_200_000,
        broadcasts_per_s: 40, connects_per_s: 3, closes_per_s: 3, waiting_bytes: 900, heap_max: 5.4e8, draining: n.startsWith('c') && !world.calm, ...point,
      };
    }),
    attention: world.calm ? [] : [
      { level: 'bad', node: world.nodes.at(-1), what: 'slow', text: `${world.hostile ? HOSTILE[0] : '1 client takes'} too little of what waits for it; of the worst 2,211,000 bytes for 42 s`, page: 'connection', id: '1002' },
      { level: 'bad', node: world.nodes[1 % world.nodes.length], what: 'lag', text: 'an event loop lets tasks wait for 160 ms', page: 'loops' },
      { level: 'warn', node: world.nodes[0], what: 'crash', text: `lot:* of /socket has crashed 214 times in the last minute, last with ${world.hostile ? HOSTILE[1] : 'java.lang.IllegalStateException'}`, page: 'channels', id: 'lot:*' },
      { level: 'warn', node: world.nodes[0], what: 'near', text: 'a client of /socket is at 95 % of max_channels', page: 'limits' },
    ],
    points: pointsOf(world.nodes, at),
  }),
  connections: (look, world, at) => listed(scope(Array.from({ length: 1234 }, (_, i) => connection(i, world, at)).filter(row => !world.gone.has(row.id)), look), look, row => `${row.name} ${row.peer} ${row.mount}`),
  connection: ({ id }, world, at) => (world.gone.has(id) ? { gone: true } : {
    ...connection(Number(id) - 1000, world, at), rtt_ms: 12.4,
    topics: [0, 1, 2].map(i => ({ topic: topicName(i, world), pattern: 'room:*', joined_s: 812 * (i + 1), waiting_messages: i, waiting_bytes: i * 310 })),
  }),
  topics: (look, world, at) => listed(Array.from({ length: 4200 }, (_, i) => topicRow(i, world, at)).map(row => (world.mixed ? { ...row, deliveries_per_s: Math.random() * 20_000 } : row)), look, row => row.topic),
  topic: ({ id }, world, at) => ({
    ...topicRow(1, world, at), topic: id, bytes_per_s: 21_000,
    about: Object.fromEntries(world.nodes.slice(0, 2).map(n => [n, { presence: { present: 512, local: 170 }, journal: { position: 'k3f9:48211', first_kept: 'k3f9:40000', tail: 8211, note: world.hostile ? HOSTILE[0] : 'kept 24 h' } }])),
  }),
  channels: (look, world, at) => ({
    channels: [['/socket', 'room:*'], ['/socket', 'lot:*'], ['/auth_socket', 'user:*'], ['/socket', world.hostile ? HOSTILE[1] : 'news']].map(([mount, pattern], i) => ({
      mount, pattern, non_blocking: i % 2 === 0, joined: 8000 - i * 1800, joins_per_s: wave(pattern, at, 9, 4), join_p99_us: 640 + i * 400, refused: i * 12, crashes: i === 1 ? 214 : 0, wait_p99_us: 90 + i * 800,
      events: [['shout', 42, 9.5e3], ['typing', 18, 400], ['bid', 2100, 64_000], ['history', 310, 2_900_000]].slice(0, 4 - i).map(([event, p50, max], j) => ({ event, handled: Math.round(at / 700) % 900_000, per_s: wave(event, at, 300 - j * 70, 60), p50_us: p50, p99_us: p50 * 7, max_us: max })),
      intercepts: i === 0 ? ['shout'] : [], pushes: i === 1 ? ['sold', 'outbid'] : [], broadcasts: i < 2 ? ['shout', 'presence_diff'] : [],
    })),
    crashes: world.calm ? [] : [
      { at: at - 4000, node: world.nodes[0], mount: '/socket', pattern: 'lot:*', topic: world.hostile ? HOSTILE[0] : 'lot:17', callback: 'handleIn bid', exception: 'java.lang.IllegalStateException', message: world.hostile ? HOSTILE[1] : 'price: -3 (expected: more than the last)', stack: STACK, count: 214 },
      { at: at - 700_000, node: world.nodes[0], mount: '/socket', pattern: 'room:*', topic: 'room:garden-1', callback: 'join', exception: 'java.lang.NullPointerException', message: 'Cannot invoke "String.isBlank()" because "enter.name" is null', stack: STACK.replace('IllegalState', 'NullPointer'), count: 1 },
    ],
  }),
  limits: (look, world, at) => ({
    limits: [
      { limit: 'max_connections', hits: 12, hits_per_s: 0, bound: 4000, now: 3800, share: 0.95 }, { limit: 'max_queued_bytes', mount: '/socket', hits: 3, hits_per_s: 0.4, bound: 4_194_304, now: 2_211_000, share: 0.53 },
      { limit: 'max_joins', mount: '/socket', hits: 0, hits_per_s: 0, bound: 100, now: 4, share: 0.04 }, { limit: 'max_frame_bytes', mount: '/socket', hits: 41, hits_per_s: 0 },
    ],
    slow: world.calm ? [] : [connection(2, world, at)], drops: [{ kind: 'slow_client', count: 410, per_s: 0.3 }], closes: [{ code: '1000', count: 90_112, per_s: 2.9 }, { code: '1001', count: 7, per_s: 0 }, { code: 'other', count: 31, per_s: 0 }],
    pauses: [{ cause: 'mailbox', now: 1, count: 92 }],
  }),
  loops: (look, world, at) => ({
    loops: world.nodes.flatMap(n => [0, 1].map(i => ({ node: n, loop: String(i), connections: 1900, lag_ms: SERIES.loop_lag_ms(n, at) * (1 - 0.4 * i), lag_max_ms: n.startsWith('b') ? 412 : 9, waiting_bytes: 0, backlog: false, dropped: 0, messages_in: Math.round(at / 90) % 900_000, messages_out: Math.round(at / 20) % 9_000_000 }))).filter(row => !look.node || row.node === look.node),
    scheduler: { threads: 2, busy: 1, waiting: 0 },
    metrics_left_out: 0,
    metrics: Array.from({ length: 60 }, (_, i) => ({ node: world.nodes[i % world.nodes.length], name: ['simurgh.connections', 'simurgh.topics', 'simurgh.server.queued', 'simurgh.cluster.nodes', 'simurgh.presence.keys'][i % 5], tags: { endpoint: 'simurgh', n: String(i) }, value: i * 1711.5, unit: i % 5 === 2 ? 'bytes' : '', kind: i % 3 ? 'GAUGE' : 'COUNTER' })),
  }),
};

function framesOf(topic, world) {
  const at = Date.now();
  return Array.from({ length: 40 }, (_, i) => ({
    at: at - 1000 + i * 25, node: world.nodes[i % world.nodes.length], dir: ['in', 'broadcast', 'out'][i % 3], event: world.hostile && i < HOSTILE.length ? HOSTILE[i] : ['shout', 'typing', 'presence_diff'][i % 3],
    ref: i % 3 === 0 ? String(1000 + i) : null, bytes: 40 + ((i * 37) % 400), payload: { body: 'text, 12 characters', n: 'number', list: ['3 elements, the first:', { id: 'number' }] },
  }));
}
