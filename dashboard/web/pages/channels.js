// The kinds of channels, their events with rates and times, and where they crash.

import { h, name, say, visible } from "../dom.js";
import { age, clock, count, micros, plural, rate } from "../format.js";
import { badge } from "../nodes.js";
import { write } from "../route.js";
import { Table } from "../table.js";
import { once } from "./connections.js";

const time = (us) => (us > 0 ? micros(us) : "–");

const EVENTS = [
  { id: "event", title: "Event", kind: "code", into: (cell, row) => once(cell, row.event, () => name(row.event, 60)) },
  { id: "per_s", title: "/s", number: true, draw: (row) => rate(row.per_s) },
  { id: "handled", title: "Handled", number: true, rare: true, draw: (row) => count(row.handled) },
  { id: "p50_us", title: "p50", number: true, draw: (row) => time(row.p50_us) },
  { id: "p99_us", title: "p99", number: true, draw: (row) => time(row.p99_us) },
  { id: "max_us", title: "max", number: true, draw: (row) => time(row.max_us) },
  { id: "range", title: "1 µs … 10 s", kind: "range", rare: true, hint: "p50, p99 and max, each step ten times the one before", into: drawRange },
];

/** From p50 to p99, and a mark at the maximum; logarithmic. */
function drawRange(cell, row) {
  if (!cell.firstChild) cell.append(h("span", { class: "latency", "aria-hidden": "true" }, h("span"), h("i")));
  const [body, mark] = cell.firstChild.children;
  const at = (us) => (us > 0 ? Math.min(100, Math.max(0, (Math.log10(us) / 7) * 100)) : 0);
  cell.firstChild.hidden = !(row.max_us > 0);
  body.style.left = `${at(row.p50_us)}%`;
  body.style.width = `${Math.max(1, at(row.p99_us) - at(row.p50_us))}%`;
  mark.style.left = `${at(row.max_us)}%`;
}

export default {
  id: "channels",
  title: "Channels",
  create(context) {
    const cards = new Map();
    const list = h("div", { class: "cards" });
    const idle = h("div", { class: "cards" });
    const folded = h("details", { class: "idle", hidden: true }, h("summary", {}), idle);
    const crashes = h("div", { class: "crashes" });
    const open = new Map();
    let pointed = context.route().id === "";
    return {
      element: h("div", {}, h("section", { "aria-label": "Channels" }, list, folded), h("section", { "aria-label": "Crashes" }, h("h2", {}, "Crashes"), crashes)),
      tables: [],
      view(data, { at }) {
        const channels = cards.size > 0 ? data.channels : [...data.channels].sort((a, b) => busy(b) - busy(a)); // and then they stay where they are
        for (const channel of channels) {
          const key = `${channel.mount} ${channel.pattern}`;
          const card = cards.get(key) ?? new Card(channel);
          cards.set(key, card);
          const place = busy(channel) > 0 || card.element.parentElement === list ? list : idle;
          if (card.element.parentElement !== place) place.append(card.element);
          card.show(channel);
        }
        folded.hidden = idle.childElementCount === 0;
        say(folded.firstChild, `${plural(idle.childElementCount, "channel")} that nobody has joined yet`);
        drawCrashes(crashes, open, data.crashes ?? [], at);
        if (!pointed) pointed = point(context.route().id, cards);
      },
    };
  },
};

const busy = (channel) => channel.crashes * 1e6 + (channel.events ?? []).reduce((sum, event) => sum + event.handled, channel.joined + channel.refused);

/** The names of events, after what they are. */
const listed = (kind, events) => h("p", {}, h("span", { class: "quiet" }, `${kind} `), events.map((event) => h("code", { class: "chip" }, name(event, 60))));

/** Brings the channel that a link meant into sight. */
function point(pattern, cards) {
  for (const [key, { element }] of cards) {
    element.classList.toggle("pointed", key.endsWith(` ${pattern}`) && !element.closest(".idle"));
  }
  document.querySelector(".pointed")?.scrollIntoView({ block: "center" });
  return true;
}

class Card {
  #table = new Table({ label: "Events", columns: EVENTS, key: (row) => row.event, plain: true, dense: true });
  #unused = h("div", { class: "declared" });
  #figures = h("dl", { class: "figures" });
  element;

  constructor({ mount, pattern, non_blocking: nonBlocking, intercepts, pushes, broadcasts }) {
    const declared = [["intercepts", intercepts], ["pushes", pushes], ["broadcasts", broadcasts]].filter(([, events]) => events?.length > 0);
    this.element = h("article", { class: "card" },
      h("header", {}, h("h2", { class: "code" }, name(pattern, 120)), h("span", { class: "quiet" }, visible(mount ?? "", 80)), nonBlocking ? h("span", { class: "flag calm", title: "Runs on the event loop" }, "non-blocking") : null),
      this.#figures, this.#table.element,
      this.#unused, declared.map(([kind, events]) => h("div", { class: "declared" }, listed(kind, events))));
  }

  show(channel) {
    const figures = { joined: count(channel.joined), "joins /s": rate(channel.joins_per_s), "join p99": time(channel.join_p99_us), "wait p99": time(channel.wait_p99_us), refused: count(channel.refused), crashes: count(channel.crashes) };
    if (!this.#figures.firstChild) this.#figures.append(...Object.keys(figures).map((title) => h("div", {}, h("dt", {}, title), h("dd"))));
    Object.values(figures).forEach((value, i) => say(this.#figures.children[i].lastChild, value).classList.toggle("nil", value === "0" || value === "–"));
    this.#figures.lastChild.classList.toggle("bad", channel.crashes > 0);
    const used = (channel.events ?? []).filter((event) => event.handled > 0);
    this.#table.element.hidden = used.length === 0;
    this.#table.show({ rows: used });
    const unused = (channel.events ?? []).filter((event) => event.handled === 0).map((event) => event.event);
    this.#unused.hidden = unused.length === 0;
    once(this.#unused, unused.join("\n"), () => listed("not yet", unused));
  }
}

/** The folded stacks; one that is open stays so, whatever comes. */
function drawCrashes(place, open, crashes, at) {
  const now = new Set(crashes.map(crashKey));
  for (const [key, element] of open) {
    if (now.has(key)) continue;
    element.remove();
    open.delete(key);
  }
  if (crashes.length === 0) place.replaceChildren(h("p", { class: "empty" }, "No channel has crashed."));
  else place.querySelector(".empty")?.remove();
  crashes.forEach((crash, i) => {
    const key = crashKey(crash);
    const element = open.get(key) ?? drawCrash(crash);
    open.set(key, element);
    say(element.querySelector(".times"), crash.count > 1 ? `×${count(crash.count)}` : "");
    say(element.querySelector("time"), `${age((at - crash.at) / 1000)} ago`);
    if (place.children[i] !== element && !place.contains(document.activeElement)) place.insertBefore(element, place.children[i] ?? null);
    else if (!element.isConnected) place.append(element);
  });
}

const crashKey = (crash) => [crash.node, crash.mount, crash.pattern, crash.callback, crash.exception, crash.stack].join("\n");

function drawCrash({ at, node, pattern, topic, callback, exception, message, stack }) {
  return h("details", { class: "crash" },
    h("summary", {}, h("span", { class: "what" }, h("b", {}, visible(simple(exception), 120)), h("span", { class: "times" })), name(message ?? "", 200), h("code", {}, name(pattern ?? "", 80)), callback ? h("code", { class: "quiet" }, name(callback, 60)) : null, badge(node), h("time", { title: clock(at) })),
    h("p", {}, "last in ", h("a", { href: write({ page: "topic", id: topic ?? "" }) }, name(topic ?? "", 200))),
    h("pre", { tabindex: 0 }, (stack ?? "").split("\n").map((line) => visible(line.replace(/\t/g, "    "), 500)).join("\n")));
}

const simple = (exception) => String(exception ?? "").split(".").at(-1);
