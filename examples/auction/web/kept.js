// What a page needs beside phoenix.js for a topic that is kept: nothing that it sends is lost or counts twice, and it gets every message
// once and in order, whatever breaks in between. Copy it.

/** joined(reply) is called after each join: unless reply.recovered is true, the page shows its state anew. */
export function keptChannel(socket, topic, { params = {}, on = {}, joined = () => {} }) {
  let position; // of the last message that was taken
  let had; // the offset of the position when it was joined: what was on its way then may come again
  let repeated; // whether this message is such a one
  const outbox = []; // what the server has not acknowledged
  const offset = (ref) => Number(/^\w+:(\d+)$/.exec(ref)?.[1] ?? NaN);

  const channel = socket.channel(topic, () => ({ ...params, position }));
  channel.onMessage = (event, payload, ref) => {
    repeated = offset(ref) <= had;
    if (offset(ref) && !repeated) position = ref;
    return payload;
  };
  for (const event in on) channel.on(event, (payload, ref) => repeated || on[event](payload, ref));

  const next = () => {
    const message = outbox[0];
    if (!message || channel.state !== "joined") return; // the next join goes on
    const settle = (how) => (answer) => {
      if (message !== outbox[0]) return;
      outbox.shift();
      message[how](answer);
      next();
    };
    channel.push(message.event, message.payload)
      .receive("ok", settle("resolve"))
      .receive("error", (why) => (why.retry_after ? setTimeout(next, why.retry_after * 1000) : settle("reject")(why)))
      .receive("timeout", next);
  };
  channel.join().receive("ok", (reply) => {
    if (!reply.recovered) position = reply.position;
    had = offset(position);
    next();
    joined(reply);
  });

  /** Sends, as often as it takes; resolves with the answer, rejects if the server refuses. By its key it counts once. */
  const send = (event, payload, key = crypto.randomUUID()) => new Promise((resolve, reject) => {
    outbox.push({ event, payload: { ...payload, key }, resolve, reject });
    if (outbox.length === 1) next();
  });
  return { channel, send, waiting: () => outbox.length, position: () => position };
}
