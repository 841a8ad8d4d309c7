// The same verbs for @supabase/realtime-js, whose API is its own: pushes tell how they ended, but not with which payload.

import { Verbs } from './verbs.mjs';

export class SupabaseVerbs extends Verbs {
  constructor({ RealtimeClient, RealtimeChannel }, transport, report) {
    super((url, params) => new RealtimeClient(url, { transport, params: { apikey: 'none', ...params } }), report);
    this.newChannel = (topic, client) => new RealtimeChannel(topic, { config: {} }, client);
  }

  connect({ peer, url, params }) {
    const client = this.newSocket(url, params);
    this.peers.set(peer, client);
    client.connect();
  }

  // client.channel() would put "realtime:" before the topic.
  join({ peer, channel, topic, presences, events }) {
    const client = this.peers.get(peer);
    const made = this.newChannel(topic, client);
    client.channels.push(made);
    this.channels.set(channel, made);
    for (const event of events) {
      made.on(event, {}, ({ type, ...payload }) => this.report(channel, `event ${event}`, payload));
    }
    if (presences) this.watch(channel, made);
    let joined = false;
    made.subscribe((status, error) => {
      switch (status) {
        case 'SUBSCRIBED':
          joined = true;
          return this.report(channel, 'join ok');
        case 'CHANNEL_ERROR':
          this.report(channel, joined ? 'error' : 'join error', joined ? null : error.cause);
          joined = false;
          return;
        case 'TIMED_OUT':
          return this.report(channel, 'join timeout');
        case 'CLOSED':
          return this.report(channel, 'closed');
      }
    });
  }

  watch(channel, made) {
    let joins = [];
    let leaves = [];
    made.on('presence', { event: 'join' }, ({ key, newPresences }) => joins.push([key, newPresences]));
    made.on('presence', { event: 'leave' }, ({ key, leftPresences }) => leaves.push([key, leftPresences]));
    made.on('presence', { event: 'sync' }, () => {
      this.report(channel, 'presences', { list: Object.entries(made.presenceState()), joins, leaves });
      joins = [];
      leaves = [];
    });
  }

  // The type of what is sent becomes the event, and stays in the payload.
  push({ channel, event, payload, timeout }) {
    this.channels.get(channel).send({ type: event, ...payload }, { timeout })
      .then(status => this.report(channel, `reply ${status === 'timed out' ? 'timeout' : status}`));
  }

  leave({ channel }) {
    this.channels.get(channel).unsubscribe().then(() => this.report(channel, 'left'));
  }
}
