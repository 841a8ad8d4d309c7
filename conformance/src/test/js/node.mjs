// Drives one client library in Node: node.mjs LIBRARY [longpoll], in the directory where npm has installed it.

import { createRequire } from 'node:module';
import { report, serve } from './lines.mjs';
import { SupabaseVerbs } from './supabase.mjs';
import { EarlyPresence, Verbs } from './verbs.mjs';

const library = process.argv[2];
const require = createRequire(`${process.cwd()}/`);
const transport = process.argv[3] === 'longpoll' ? require(library).LongPoll : require('ws');

function verbs() {
  switch (library) {
    case 'phoenix': {
      const { Presence, Socket } = require(library);
      return new Verbs((url, params) => new Socket(url, { transport, params }), report, channel => new Presence(channel));
    }
    case 'phoenix-socket': {
      const { Presence, Socket } = require(library);
      return new Verbs((url, params) => new Socket(url, { transport, params }), report, channel => new EarlyPresence(Presence, channel));
    }
    case 'phoenix-channels': {
      const { Presence, Socket } = require(library);
      return new Verbs((url, params) => new Socket(url, { params }), report, channel => new EarlyPresence(Presence, channel));
    }
    case '@supabase/realtime-js':
      return new SupabaseVerbs(require(library), transport, report);
    default:
      throw new Error(`library: ${library}`);
  }
}

const made = verbs();
await serve(command => made.handle(command));
