// One topic: who subscribes where, what presence and journal know of it, and its frames as they pass.

import { h, name, say, visible } from "../dom.js";
import { Facts, tree } from "../facts.js";
import { bytes, clock, count, plural, rate } from "../format.js";
import { badge, bar } from "../nodes.js";
import { once } from "./connections.js";

const KEPT = 500;
const FACTS = ["Subscribers", "On the nodes", "Broadcasts /s", "Deliveries /s", "Bytes /s"];
const ARROWS = { in: "→ in", out: "← out", broadcast: "⇉ all" };

export default {
  id: "topic",
  title: "Topic",
  list: "topics",
  create(context) {
    const topic = context.route().id;
    const facts = new Facts(FACTS);
    const about = h("div", { class: "about" });
    const tap = new Tap(context.ask, topic);
    return {
      element: h("div", { class: "detail" }, h("header", { class: "subject-line" }, h("h2", { class: "subject code" }, h("bdi", {}, visible(topic, 2000)))), facts.element, about, tap.element),
      tables: [],
      view(data) {
        facts.show({
          Subscribers: count(data.subscribers),
          "On the nodes": bar(data.by_node ?? {}),
          "Broadcasts /s": rate(data.broadcasts_per_s),
          "Deliveries /s": rate(data.deliveries_per_s),
          "Bytes /s": bytes(data.bytes_per_s),
        });
        const told = Object.entries(data.about ?? {}).filter(([, parts]) => parts && Object.keys(parts).length > 0);
        once(about, JSON.stringify(told), () => h("div", { class: "panels" }, told.map(([node, parts]) => h("section", { class: "panel" }, h("h3", {}, badge(node)), tree(parts)))));
      },
      frames: (frames) => tap.add(frames),
      joined: () => tap.again(),
      keys: { t: () => tap.toggle() },
      destroy: () => tap.stop(),
    };
  },
};

/** The frames of a topic, newest first, at most KEPT of them. */
class Tap {
  #ask;
  #topic;
  #on = false;
  #seen = 0;
  #missed = 0;
  #list = h("ol", { class: "frames", tabindex: 0, "aria-label": "Frames, newest first" });
  #state = h("p", { class: "quiet", role: "status" }, "Off. The frames of this topic, payloads masked, as long as you look.");
  #button = h("button", { type: "button", class: "primary", "aria-pressed": "false", title: "t", onclick: () => this.toggle() }, "Tap");
  element;

  constructor(ask, topic) {
    this.#ask = ask;
    this.#topic = topic;
    const clear = h("button", { type: "button", onclick: () => this.#clear() }, "Clear");
    this.element = h("section", { class: "tap", "aria-label": "Tap" }, h("header", {}, h("h2", {}, "Frames"), this.#state, h("div", { class: "actions" }, this.#button, clear)), this.#list);
  }

  toggle() {
    if (this.#on) this.stop();
    else this.#start();
  }

  /** After the connection was lost. */
  again() {
    if (this.#on) this.#start();
  }

  stop() {
    if (!this.#on) return;
    this.#show(false);
    this.#ask("untap", {}).catch(() => {});
  }

  add({ topic, frames, missed = 0 }) {
    if (!this.#on || topic !== this.#topic) return;
    this.#seen += frames.length;
    this.#missed += missed;
    this.#list.prepend(...frames.slice(-KEPT).reverse().map(drawFrame));
    while (this.#list.children.length > KEPT) this.#list.lastElementChild.remove();
    this.#tell();
  }

  #start() {
    this.#ask("tap", { topic: this.#topic }).then(() => this.#show(true), (failure) => say(this.#state, `Not tapped: ${visible(failure.message, 200)}`));
  }

  #show(on) {
    this.#on = on;
    say(this.#button, on ? "Stop" : "Tap");
    this.#button.setAttribute("aria-pressed", String(on));
    this.#tell();
  }

  #tell() {
    const held = this.#seen > KEPT ? `, the last ${KEPT} shown` : "";
    const missed = this.#missed > 0 ? `, ${count(this.#missed)} missed` : "";
    say(this.#state, `${this.#on ? "On" : "Off"}: ${plural(this.#seen, "frame")}${held}${missed}.`);
  }

  #clear() {
    this.#seen = this.#missed = 0;
    this.#list.replaceChildren();
    this.#tell();
  }
}

function drawFrame({ at, node, dir, event, ref, bytes: size, payload }) {
  const text = payload === undefined ? "" : typeof payload === "string" ? payload : JSON.stringify(payload);
  return h("li", { class: `frame ${dir === "in" || dir === "out" ? dir : "broadcast"}` },
    h("time", {}, clock(at)), h("span", { class: "dir" }, ARROWS[dir] ?? visible(String(dir), 20)), h("code", { class: "event" }, name(String(event ?? ""), 80)),
    h("code", { class: "payload" }, visible(text, 2000)), h("span", { class: "quiet size" }, bytes(size), ref ? ` · ref ${visible(String(ref).replaceAll('"', ""), 20)}` : ""), badge(node));
}
