// A switch that cuts the page off, since pulling a cable takes too long.

/** Looks like a WebSocket whose packets go nowhere. */
class NoRoute {
  constructor() {
    this.readyState = WebSocket.CONNECTING;
    setTimeout(() => {
      this.close();
      this.onclose?.(new CloseEvent("close", { code: 1006 }));
    });
  }

  send() {}

  close() {
    this.readyState = WebSocket.CLOSED;
  }
}

/** `transport` is for the option of that name of phoenix.js. */
export class Switch {
  isOff = false;
  #live = new Set();

  transport = (() => {
    const cable = this;
    return function (url, protocols) {
      if (cable.isOff) return new NoRoute();
      const socket = new WebSocket(url, protocols);
      cable.#live.add(socket);
      socket.addEventListener("close", () => cable.#live.delete(socket));
      return socket;
    };
  })();

  /** Ends the connection, with a code after which phoenix.js tries to come back, or lets it come back. */
  turn(off) {
    this.isOff = off;
    if (off) for (const socket of this.#live) socket.close(4000);
  }
}
