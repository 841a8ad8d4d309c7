// The recipe of docs/guides/delivery.md on a server that does what it is told: recipe.mjs RECIPE, in the directory where npm has installed its
// libraries. Prints the names of what held; ends with status 1 at the first that does not.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { Socket } = createRequire(`${process.cwd()}/`)('phoenix');
const { keptChannel } = await import(pathToFileURL(process.argv[2]).href);

/** A server of one topic, whose every answer the case gives. */
class Scripted {
  heard = []; // of all connections: [event, payload, joinRef, ref]
  #wanted = [];
  #connection;

  transport = (() => {
    const server = this;
    return class {
      constructor() {
        this.readyState = 0;
        setTimeout(() => {
          this.readyState = 1;
          server.#connection = this;
          this.onopen?.({});
        });
      }
      send(frame) {
        const [joinRef, ref, , event, payload] = JSON.parse(frame);
        if (event === 'heartbeat') return;
        server.heard.push({ event, payload, joinRef, ref });
        server.#wanted.shift()?.();
      }
      close() {
        this.readyState = 3;
        this.onclose?.({ code: 1006 });
      }
    };
  })();

  /** The next message of the client. */
  async next(event) {
    if (!this.heard.length) await new Promise(done => this.#wanted.push(done));
    const message = this.heard.shift();
    assert.equal(message.event, event);
    return message;
  }
  say(joinRef, ref, event, payload) {
    this.#connection.onmessage({ data: JSON.stringify([joinRef, ref, 'kept:a', event, payload]) });
  }
  reply({ joinRef, ref }, response, status = 'ok') {
    this.say(joinRef, ref, 'phx_reply', { status, response });
  }
  tell(position, n) {
    this.say(null, position, 'n', { n });
  }
  cut() {
    this.#connection.close();
  }
}

const quiet = () => new Promise(done => setTimeout(done, 60));
const cases = {
  async 'a rejoin names the last message that came'(server, kept) {
    const first = await server.next('phx_join');
    assert.deepEqual(first.payload, { user: 'u' });
    server.reply(first, { position: 'e:7' });
    server.tell('e:8', 8);
    server.cut();
    assert.equal((await server.next('phx_join')).payload.position, 'e:8');
    assert.deepEqual(kept.taken, [8]);
  },
  async 'an empty topic has a position too'(server) {
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    server.cut();
    assert.equal((await server.next('phx_join')).payload.position, 'e:0');
  },
  async 'what was on its way when it joined again comes once'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:7' });
    server.cut();
    const again = await server.next('phx_join');
    server.tell('e:8', 8);
    server.reply(again, { position: 'e:7', recovered: true });
    for (const n of [8, 9]) server.tell(`e:${n}`, n);
    assert.deepEqual(kept.taken, [8, 9]);
  },
  async 'two that were pushed for one broadcast both come'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:7' });
    for (const n of ['one', 'two']) server.tell('e:8', n);
    server.cut();
    const again = await server.next('phx_join');
    assert.equal(again.payload.position, 'e:8');
    server.reply(again, { position: 'e:8', recovered: true });
    for (const n of ['three', 'four']) server.tell('e:9', n);
    assert.deepEqual(kept.taken, ['one', 'two', 'three', 'four']);
  },
  async 'what is not recovered begins anew, though its offsets are lower'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:500' });
    server.cut();
    server.reply(await server.next('phx_join'), { position: 'f:300', recovered: false });
    server.tell('f:301', 301);
    server.cut();
    assert.equal((await server.next('phx_join')).payload.position, 'f:301');
    assert.deepEqual(kept.taken, [301]);
    assert.deepEqual(kept.joins.map(reply => reply.recovered), [undefined, false]);
  },
  async 'what nobody listens to moves the position, and what has none does not'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:7' });
    server.say(null, 'e:8', 'position', {});
    server.say(null, null, 'n', { n: 'pushed' });
    server.say(null, '12', 'n', { n: 'pushed again' });
    server.cut();
    assert.equal((await server.next('phx_join')).payload.position, 'e:8');
    assert.deepEqual(kept.taken, ['pushed', 'pushed again']);
  },
  async 'a push whose reply was lost is sent again under its key'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    const answer = kept.send('put', { n: 1 });
    const lost = await server.next('put');
    server.cut();
    server.reply(await server.next('phx_join'), { position: 'e:0', recovered: true });
    const again = await server.next('put');
    assert.deepEqual(again.payload, lost.payload);
    server.reply(again, { position: 'e:1' });
    assert.deepEqual(await answer, { position: 'e:1' });
    assert.equal(kept.waiting(), 0);
  },
  async 'what is sent before the join waits for it, and each for the one before'(server, kept) {
    const answers = [kept.send('put', { n: 1 }), kept.send('put', { n: 2 })];
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    const one = await server.next('put');
    await quiet();
    assert.equal(server.heard.length, 0);
    server.reply(one, {});
    const two = await server.next('put');
    server.reply(two, {});
    await Promise.all(answers);
    assert.deepEqual([one.payload.n, two.payload.n], [1, 2]);
    assert.notEqual(one.payload.key, two.payload.key);
  },
  async 'a refusal is final, and the next goes on'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    const refused = kept.send('put', { n: 1 });
    const taken = kept.send('put', { n: 2 });
    server.reply(await server.next('put'), { reason: 'too low' }, 'error');
    await assert.rejects(refused, { reason: 'too low' });
    server.reply(await server.next('put'), { n: 2 });
    assert.deepEqual(await taken, { n: 2 });
  },
  async 'not now is no refusal'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    const answer = kept.send('put', { n: 1 });
    const one = await server.next('put');
    server.reply(one, { reason: 'not stored', retry_after: 0.01 }, 'error');
    const again = await server.next('put');
    assert.deepEqual(again.payload, one.payload);
    server.reply(again, { n: 1 });
    assert.deepEqual(await answer, { n: 1 });
  },
  async 'without any answer it asks again'(server, kept) {
    server.reply(await server.next('phx_join'), { position: 'e:0' });
    const answer = kept.send('put', { n: 1 });
    const one = await server.next('put');
    const again = await server.next('put');
    assert.deepEqual(again.payload, one.payload);
    server.reply(again, { n: 1 });
    assert.deepEqual(await answer, { n: 1 });
  },
};

for (const [name, check] of Object.entries(cases)) {
  const server = new Scripted();
  const socket = new Socket('ws://scripted/socket', { transport: server.transport, timeout: 200 });
  const taken = [];
  const joins = [];
  const kept = keptChannel(socket, 'kept:a', {
    params: { user: 'u' },
    on: { n: ({ n }) => taken.push(n) },
    joined: reply => joins.push(reply),
  });
  socket.connect();
  await check(server, { ...kept, taken, joins });
  console.log(name);
}
process.exit(0);
