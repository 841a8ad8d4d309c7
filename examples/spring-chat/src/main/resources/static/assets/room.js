// What a page knows of one room: it is joined to all of them, so that it can count what was not read.

import { keptChannel } from "./kept.js";

export class Room {
  lines = []; // as they are numbered, oldest first, without gaps; none before it was entered
  waiting = []; // what this page has said and has not seen come back
  last = 0; // the number of the last message
  read = 0; // that of the last one that this user has read, in any window
  firstNew = 0; // behind this number stands what was new when the room was entered
  more = false; // whether something was said before the lines
  #entered = false;
  #loading = false;
  #told = 0; // the last number that the server was told to be read
  #kept;

  constructor(socket, slug, title, login, { changed, watched }) {
    Object.assign(this, { slug, title, login, changed: (what) => changed(this, what), watched: () => watched(this) });
    this.#kept = keptChannel(socket, `room:${slug}`, {
      on: { said: (said, position) => this.#said(said, Number(position.split(":")[1])) },
      joined: (reply) => this.#joined(reply),
    });
  }

  get unread() {
    return Math.max(0, this.last - this.read);
  }

  get isEmpty() {
    return this.#entered && !this.#loading && !this.lines.length && !this.waiting.length;
  }

  /** The user comes in. */
  enter() {
    this.firstNew = this.read;
    if (!this.#entered && this.#kept.channel.state === "joined") this.#load();
    this.#entered = true;
    this.changed("all");
  }

  /** Says something, as often as it takes: it waits here until the server has it. */
  async say(text) {
    const key = uuid();
    const mine = { key, text };
    this.waiting.push(mine);
    this.changed("waiting");
    try {
      await this.#kept.send("say", { text }, key);
    } catch ({ reason }) {
      mine.refused = reason;
      this.changed("waiting");
    }
  }

  /** Shows what was said before. */
  earlier() {
    if (!this.more || this.#loading) return;
    this.#ask(this.lines[0].number, ({ lines, more }) => {
      this.lines.unshift(...lines.map(flat));
      this.more = more;
      this.changed("earlier");
    });
  }

  /** All that has come is read. */
  markRead() {
    this.read = this.last;
    if (this.#told < this.last && this.#kept.channel.state === "joined" && this.#kept.position()) {
      this.#told = this.last;
      this.#kept.channel.push("read", { position: this.#kept.position() });
    }
    this.changed("read");
  }

  /** Another window has read it, or this one. */
  readUpTo(number) {
    this.read = Math.max(this.read, number);
    this.changed("read");
  }

  #joined({ last, read, recovered }) {
    this.#told = read;
    this.last = recovered ? Math.max(this.last, last) : last;
    this.read = Math.min(this.last, recovered ? Math.max(this.read, read) : read);
    if (!recovered) this.lines = [];
    if (this.#entered && !recovered) this.#load();
    else if (this.watched()) this.markRead();
    this.changed("all");
  }

  #said(said, number) {
    this.last = Math.max(this.last, number);
    this.waiting = this.waiting.filter(({ key }) => key !== said.key);
    const shown = this.#entered && !this.#loading;
    if (shown && number > (this.lines.at(-1)?.number ?? 0)) this.lines.push({ ...said, number });
    // Who has said it, has read what stands above it.
    if (this.watched() || said.by === this.login && this.read === number - 1) this.markRead();
    this.changed("said");
  }

  #load() {
    this.#ask(0, ({ lines, more }) => {
      this.lines = lines.map(flat);
      this.more = more;
      this.last = Math.max(this.last, lines.at(-1)?.number ?? 0);
      this.changed("all");
    });
  }

  #ask(before, take) {
    this.#loading = true;
    const done = (what) => (answer) => {
      this.#loading = false;
      what(answer);
    };
    this.#kept.channel.push("earlier", { before })
      .receive("ok", done(take))
      .receive("timeout", done(() => {}));
  }
}

const flat = ({ number, said }) => ({ number, ...said });

/** crypto.randomUUID exists only on https and localhost; this page may also be opened by address. */
function uuid() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
