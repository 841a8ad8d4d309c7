// The connection to the server: a channel of its own, over the same phoenix.js that applications use.

const RECONNECT_AFTER = [200, 500, 1000, 2000];
const HEARTBEAT_MS = 10_000;

/** Opens the dashboard's channel, keeps its token fresh, and says what becomes of it: `on.state`, `on.joined`, `on.view`, `on.frames`, `on.history`. */
export class Link {
  #on;
  #token = "";
  #socket;
  #channel;
  #query;
  #seq = 0;
  #renewal;

  constructor(phoenix, on) {
    this.#on = on;
    this.#socket = new phoenix.Socket(socketUrl(), {
      params: () => ({ token: this.#token }),
      heartbeatIntervalMs: HEARTBEAT_MS,
      reconnectAfterMs: (tries) => RECONNECT_AFTER[tries - 1] ?? 5000,
      rejoinAfterMs: (tries) => RECONNECT_AFTER[tries - 1] ?? 5000,
    });
    this.#socket.onClose(() => this.#lost());
    addEventListener("offline", () => this.#offline());
    addEventListener("online", () => this.#online());
  }

  async open() {
    if (!(await this.#fetchToken())) return;
    this.#socket.connect();
    this.#subscribe();
  }

  #subscribe() {
    const channel = this.#socket.channel("dashboard:main", () => ({ token: this.#token })); // which may be newer than the connection
    this.#channel = channel;
    channel.on("view", (view) => this.#view(view));
    channel.on("frames", (frames) => this.#on.frames(frames));
    channel.on("history", (history) => this.#on.history(history));
    channel.on("nodes", ({ nodes }) => this.#on.nodes(nodes));
    channel.onClose(() => this.#ended());
    channel
      .join()
      .receive("ok", (reply) => this.#welcome(reply))
      .receive("error", (reply) => this.#on.state("refused", reasonOf(reply)));
  }

  /** Asked of the channel each time: what ends may be told later than what has begun since. */
  get #joined() {
    return this.#channel?.state === "joined";
  }

  /** What this viewer looks at from now on, on this connection and on those after it. */
  look(query) {
    this.#query = { ...query, seq: ++this.#seq };
    if (this.#joined) this.#channel.push("look", this.#query).receive("error", (reply) => this.#on.problem(reasonOf(reply)));
  }

  /** Asks the server to do something; the promise fails with the reason. */
  ask(event, payload) {
    return new Promise((done, fail) => {
      if (!this.#joined) return fail(new Error("not connected"));
      this.#channel
        .push(event, payload)
        .receive("ok", done)
        .receive("error", (reply) => fail(new Error(reasonOf(reply))))
        .receive("timeout", () => fail(new Error("no answer")));
    });
  }

  #welcome(reply) {
    this.#on.joined(reply);
    this.#on.state("live");
    if (this.#query) this.look(this.#query);
  }

  #view(view) {
    if (view.page !== this.#query?.page) return;
    if (view.seq !== undefined && view.seq !== this.#seq) return; // of the query before
    this.#on.view(view);
  }

  #lost() {
    this.#on.state(navigator.onLine === false ? "offline" : "reconnecting");
    this.#fetchToken(); // the next attempt takes it along
  }

  /** The server has closed the channel, not the connection: the token ran out. A closed channel of phoenix.js stays closed. */
  async #ended() {
    this.#on.state("reconnecting");
    if (await this.#fetchToken()) this.#subscribe();
  }

  #offline() {
    this.#on.state("offline");
    this.#socket.disconnect();
  }

  async #online() {
    this.#on.state("reconnecting");
    if (await this.#fetchToken()) this.#socket.connect();
  }

  async #fetchToken() {
    clearTimeout(this.#renewal);
    const answer = await fetch("token", { cache: "no-store" }).catch(() => null);
    if (answer?.status === 401 || answer?.status === 403) {
      this.#socket.disconnect();
      this.#on.state("refused", "you may not look, or not any more");
      return false;
    }
    const fresh = answer?.ok ? await answer.json().catch(() => null) : null;
    this.#renewal = setTimeout(() => this.#renew(), (fresh?.renew_in_s ?? 5) * 1000);
    if (fresh) this.#token = fresh.token;
    return true;
  }

  async #renew() {
    if ((await this.#fetchToken()) && this.#joined) this.#channel.push("renew", { token: this.#token });
  }
}

function socketUrl() {
  const url = new URL("socket", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const reasonOf = (reply) => String(reply?.reason ?? "refused");
