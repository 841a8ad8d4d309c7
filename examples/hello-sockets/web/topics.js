// A topic as a demo sees it: join it, push to it, be told when its state changes, and join it again after it was closed.

export class Topics {
  #all = new Map();
  onChange = () => {};

  /** Makes a topic on a line; `params` may be a function, called at each join; `opened` gets each new channel before it joins; `keep: false` leaves it for good when its join is refused, instead of trying again. */
  open(line, name, options = {}) {
    const topic = new Topic(line, name, options, () => this.onChange());
    this.#all.get(name)?.leave();
    this.#all.set(name, topic);
    topic.join();
    return topic;
  }

  forget(topic) {
    topic.leave();
    if (this.#all.get(topic.name) === topic) this.#all.delete(topic.name);
    this.onChange();
  }

  get(name) {
    return this.#all.get(name);
  }

  [Symbol.iterator]() {
    return this.#all.values();
  }

  /** phoenix.js has no callback for a rejoin that begins, but the frame that asks for it is one. */
  onFrame(direction, { event, topic }) {
    if (direction === "out" && event === "phx_join") this.#all.get(topic)?.become("joining");
  }
}

class Topic {
  state = "joining";
  refusal = null;

  constructor(line, name, { params = {}, on = {}, opened = () => {}, joined = () => {}, refused = () => {}, closed = () => {}, keep = true }, onChange) {
    Object.assign(this, { line, name, params, on, opened, joined, refused, closed, keep, onChange });
  }

  join() {
    this.refusal = null;
    this.channel = this.line.socket.channel(this.name, this.params);
    const channel = this.channel;
    for (const [event, callback] of Object.entries(this.on)) channel.on(event, callback);
    this.opened(channel);
    channel.onError(() => this.become("errored"));
    channel.onClose(() => {
      if (channel !== this.channel) return;
      this.become("closed");
      this.closed();
    });
    this.become("joining");
    channel
      .join()
      .receive("ok", (response) => {
        this.become("joined");
        this.joined(response);
      })
      .receive("error", (response) => {
        this.refusal = response;
        this.become("errored");
        this.refused(response);
        if (!this.keep) this.leave();
      })
      .receive("timeout", () => this.become("errored"));
  }

  leave() {
    if (this.state !== "closed") this.channel.leave();
  }

  /** Pushes, and promises { status, response, ms }; while the connection is away, phoenix.js keeps the push and sends it later. */
  push(event, payload = {}) {
    const start = performance.now();
    if (this.state === "closed") {
      return Promise.resolve({ status: "error", response: { reason: "the channel is closed: join again" }, ms: 0 });
    }
    return new Promise((resolve) => {
      const end = (status) => (response) => resolve({ status, response, ms: performance.now() - start });
      this.channel.push(event, payload).receive("ok", end("ok")).receive("error", end("error")).receive("timeout", end("timeout"));
    });
  }

  /** Pushes an event that the server does not answer. */
  tell(event, payload = {}) {
    if (this.state !== "closed") this.channel.push(event, payload);
  }

  become(state) {
    this.state = state;
    this.onChange();
  }
}
