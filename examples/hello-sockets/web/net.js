// The network switch, and the two sockets with what a person wants to know about each.

/** Looks like a WebSocket whose packets go nowhere: what phoenix.js gets while the switch is off. */
class NoRoute {
  constructor() {
    this.readyState = WebSocket.CONNECTING;
    setTimeout(() => {
      if (this.readyState === WebSocket.CLOSED) return;
      this.readyState = WebSocket.CLOSED;
      this.onerror?.(new Event("error"));
      this.onclose?.(new CloseEvent("close", { code: 1006, reason: "the network switch is off" }));
    });
  }

  send() {}

  close() {
    this.readyState = WebSocket.CLOSED;
  }
}

/** All WebSockets of the page pass through here, so that one switch can cut them. */
export class Network {
  #live = new Set();
  isCut = false;

  /** Ends every connection with a code other than 1000, after which phoenix.js tries to come back; and refuses new ones. */
  cut() {
    this.isCut = true;
    for (const socket of this.#live) socket.close(4000, "the network switch is off");
  }

  mend() {
    this.isCut = false;
  }

  /** A constructor for the `transport` option of phoenix.js. */
  transport(onAttempt) {
    const network = this;
    return function SwitchedWebSocket(url, protocols) {
      onAttempt();
      if (network.isCut) return new NoRoute();
      const socket = new WebSocket(url, protocols);
      network.#live.add(socket);
      socket.addEventListener("close", () => network.#live.delete(socket));
      return socket;
    };
  }
}

// phoenix.js has this schedule built in; it is given here only to know when the next attempt is due.
const RECONNECT_AFTER = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];

/** One phoenix.js Socket, its history, and a tap on its frames. */
export class Line {
  state = "connecting";
  since = performance.now();
  attempts = 0; // since the connection was lost
  reconnects = 0; // since the page was opened
  nextAttempt = 0;
  heard = performance.now(); // when the last frame came: at least every 30 seconds, the answer to a heartbeat
  #everOpen = false;

  constructor({ phoenix, network, path, javaClass, authToken, onChange, onFrame }) {
    this.path = path;
    this.javaClass = javaClass;
    this.onChange = onChange;
    const { Socket, Serializer } = phoenix;
    this.socket = new Socket(path, {
      authToken, // beside the address, which ends up in logs; a function is called at each connect
      transport: network.transport(() => this.#attempt()),
      reconnectAfterMs: (tries) => {
        const wait = RECONNECT_AFTER[tries - 1] ?? 5000;
        this.nextAttempt = performance.now() + wait;
        return wait;
      },
      encode: (message, callback) => {
        Serializer.encode(message, (wire) => {
          onFrame("out", message, wire, path);
          callback(wire);
        });
      },
      decode: (wire, callback) => {
        Serializer.decode(wire, (message) => {
          this.heard = performance.now();
          onFrame("in", message, wire, path);
          callback(message);
        });
      },
    });
    this.socket.onOpen(() => this.#opened());
    this.socket.onClose(() => this.#lost());
  }

  connect() {
    this.socket.connect();
  }

  #attempt() {
    if (this.#everOpen) this.attempts++;
    this.#become(this.#everOpen ? "reconnecting" : "connecting");
  }

  #opened() {
    this.heard = performance.now();
    if (this.#everOpen) this.reconnects++;
    this.#everOpen = true;
    this.#become("open");
    this.attempts = 0;
  }

  #lost() {
    this.#become(this.#everOpen ? "reconnecting" : "connecting");
  }

  #become(state) {
    if (this.state !== state) this.since = performance.now();
    this.state = state;
    this.onChange(this);
  }
}
