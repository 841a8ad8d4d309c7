// What a test asks of a client library, and what the library then says, as commands and sightings. This is for libraries with the API
// of phoenix.js; it runs in Node and in a page. A payload of bytes is written {"$bytes": BASE64}.

export class Verbs {
  constructor(newSocket, report, newPresence) {
    this.newSocket = newSocket;
    this.report = report;
    this.newPresence = newPresence;
    this.peers = new Map();
    this.channels = new Map();
  }

  handle(command) {
    try {
      this[command.do](command);
    } catch (error) {
      this.report('driver', 'failed', String(error.stack || error));
    }
  }

  connect({ peer, url, params }) {
    const socket = this.newSocket(url, params);
    // Newer versions of phoenix.js tell by which transport.
    socket.onOpen(() => this.report(peer, 'open', { transport: socket.transportName?.(socket.transport) }));
    socket.onClose(event => this.report(peer, 'closed', { code: event && event.code }));
    socket.onError(() => this.report(peer, 'error'));
    this.peers.set(peer, socket);
    socket.connect();
  }

  // Counted params are a function, which says how often it was called.
  join({ peer, channel, topic, params, counted, presences, events }) {
    let count = 0;
    const made = this.peers.get(peer).channel(topic, counted ? () => ({ count: ++count }) : params);
    this.channels.set(channel, made);
    made.onError(() => this.report(channel, 'error'));
    made.onClose(() => this.report(channel, 'closed'));
    for (const event of events) {
      made.on(event, payload => this.report(channel, `event ${event}`, written(payload)));
    }
    if (presences) watch(this.newPresence(made), (...what) => this.report(channel, ...what));
    this.answers(made.join(), channel, 'join');
  }

  push({ channel, event, payload, timeout }) {
    this.answers(this.channels.get(channel).push(event, read(payload), timeout), channel, 'reply');
  }

  leave({ channel }) {
    this.channels.get(channel).leave().receive('ok', () => this.report(channel, 'left'));
  }

  disconnect({ peer }) {
    this.peers.get(peer).disconnect();
    this.peers.delete(peer);
  }

  answers(push, channel, what) {
    for (const status of ['ok', 'error', 'timeout']) {
      push.receive(status, payload => this.report(channel, `${what} ${status}`, written(payload)));
    }
  }
}

/** Tells who is there, and who came and went since it told that last, each as a key with its metas. */
function watch(presence, report) {
  let joins = [];
  let leaves = [];
  presence.onJoin((key, current, joined) => joins.push([key, joined.metas]));
  presence.onLeave((key, current, left) => leaves.push([key, left.metas]));
  presence.onSync(() => {
    report('presences', { list: Object.entries(presence.state).map(([key, { metas }]) => [key, metas]), joins, leaves });
    joins = [];
    leaves = [];
  });
}

// Before 1.4, Presence of phoenix.js was functions only.
export class EarlyPresence {
  constructor(functions, channel) {
    this.state = {};
    channel.on('presence_state', state => this.take(functions.syncState(this.state, state, this.joined, this.left)));
    channel.on('presence_diff', diff => this.take(functions.syncDiff(this.state, diff, this.joined, this.left)));
  }

  take(state) {
    this.state = state;
    this.synced();
  }

  onJoin(callback) {
    this.joined = callback;
  }

  onLeave(callback) {
    this.left = callback;
  }

  onSync(callback) {
    this.synced = callback;
  }
}

export function read(payload) {
  if (payload && typeof payload.$bytes === 'string') {
    return Uint8Array.from(atob(payload.$bytes), letter => letter.charCodeAt(0)).buffer;
  }
  return payload;
}

export function written(payload) {
  if (payload instanceof ArrayBuffer) {
    return { $bytes: btoa(String.fromCharCode(...new Uint8Array(payload))) };
  }
  return payload;
}
