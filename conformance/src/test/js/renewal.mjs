// What docs/guides/connect.md shows of tokens, on phoenix.js itself: renewal.mjs URL [longpoll], in the directory where npm has installed it. Prints
// what happens. With the event `idle` the page falls asleep: it asks for no more tokens, but when it connects.

import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { Socket, LongPoll } = require('phoenix');
const say = (...words) => console.log(words.join(' '));

let number = 0;
let idle = false;
const fetchToken = async () => `token-${++number}`;

let token = await fetchToken();
const socket = new Socket(process.argv[2], {
  authToken: () => token,
  transport: process.argv[3] === 'longpoll' ? LongPoll : require('ws'),
  reconnectAfterMs: () => 10,
  rejoinAfterMs: () => 10,
});
const session = socket.channel('session');
session.on('expires', async ({ seconds }) => {
  say('expires', seconds);
  if (idle) return;
  token = await fetchToken();
  session.push('renew', { token }).receive('ok', () => say('renewed', token)).receive('error', why => say('refused', why.reason));
});
session.on('idle', async () => {
  idle = true;
  token = await fetchToken();
  say('idle');
});
socket.onClose(event => say('closed', event?.code ?? ''));
socket.connect();
session.join().receive('ok', ({ user }) => say('joined', user));
