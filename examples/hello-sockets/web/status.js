// The state of the connection, told large in the hero and small in the bar that stays in sight.

import { $, duration, h, plural, seconds } from "./dom.js";

const STATE_WORDS = { open: "open", connecting: "connecting", reconnecting: "reconnecting" };

export class Status {
  #settled = false; // once every topic was joined, a single join is no news for the hero
  #outage = null; // { at, attempts, openAt }: from the loss of a line until every topic is back
  #rows = new Map();

  constructor(birds, network, lines, topics) {
    Object.assign(this, { birds, network, lines, topics });
    const body = $("#lines");
    for (const line of lines) {
      const row = {
        state: h("dd", { class: "state" }),
        since: h("dd", {}),
        heard: h("dd", {}),
        attempts: h("dd", {}),
      };
      this.#rows.set(line, row);
      body.append(
        h("li", { "data-line": line.path },
          h("h3", {}, h("code", {}, line.path), h("span", {}, line.javaClass)),
          h("dl", {},
            h("dt", {}, "State"), row.state,
            h("dt", {}, "Since"), row.since,
            h("dt", {}, "Last heard"), row.heard,
            h("dt", {}, "Reconnects"), row.attempts)),
      );
    }
    const toggle = $("#network");
    toggle.disabled = false;
    toggle.addEventListener("click", () => {
      if (network.isCut) network.mend();
      else network.cut();
      toggle.setAttribute("aria-checked", String(!network.isCut));
      this.show();
    });
    topics.onChange = () => this.show();
    setInterval(() => this.show(), 500);
    this.show();
  }

  show() {
    const all = [...this.topics];
    const joined = all.filter((topic) => topic.state === "joined").length;
    const wanted = all.filter((topic) => topic.state !== "closed").length;
    const open = this.lines.every((line) => line.state === "open");
    this.#follow(open, joined === wanted, wanted);

    const attempts = Math.max(...this.lines.map((line) => line.attempts));
    const [mood, title, detail] = this.#words(open, joined, wanted, attempts);
    document.documentElement.dataset.mood = mood;
    this.birds.fly(mood === "good" ? "one" : this.network.isCut || attempts > 6 ? "away" : "near");
    setText($("#state-title"), title);
    setText($("#state-detail"), detail);
    setText($("#bar-state"), title);
    setText($("#bar-joined"), `${joined} of ${wanted} joined`);
    setText($("#network-word"), this.network.isCut ? "off" : "on");

    for (const [line, row] of this.#rows) this.#showLine(line, row);
    this.#showTopics(all);
  }

  #words(open, joined, wanted, attempts) {
    if (this.network.isCut) {
      return ["bad", "Network cut", `Nothing gets through. phoenix.js keeps trying: ${plural(attempts, "attempt")} so far.`];
    }
    if (!open) {
      const first = this.lines.every((line) => line.reconnects === 0 && line.attempts === 0);
      if (first) return ["wait", "Connecting", "Opening two WebSockets to the server."];
      const wait = Math.max(0, Math.max(...this.lines.filter((l) => l.state !== "open").map((l) => l.nextAttempt)) - performance.now());
      return ["wait", "Reconnecting", `${plural(attempts, "attempt")} so far, the next one ${wait > 300 ? `in ${duration(wait)}` : "now"}.`];
    }
    if (joined === wanted) this.#settled = true;
    if (joined < wanted && (this.#outage || !this.#settled)) return ["wait", "Rejoining", `The sockets are open, ${joined} of ${wanted} topics are joined.`];
    return ["good", "Connected", this.lastOutage ?? `Two sockets, ${plural(joined, "topic")} joined. Cut the network to see them come back.`];
  }

  /** Times an outage from the first lost line to the last rejoined topic. */
  #follow(open, complete, wanted) {
    if (!open) {
      const back = this.lines.some((line) => line.reconnects > 0 || line.attempts > 0 || line.state === "reconnecting");
      if (back) this.#outage ??= { at: performance.now(), attempts: 0 };
      if (this.#outage) this.#outage.attempts = Math.max(this.#outage.attempts, ...this.lines.map((line) => line.attempts));
    } else if (this.#outage) {
      this.#outage.openAt ??= performance.now();
      if (complete) {
        const { at, openAt, attempts } = this.#outage;
        const now = performance.now();
        this.lastOutage = `Back after ${duration(now - at)} and ${plural(Math.max(1, attempts), "attempt")}; `
          + `${plural(wanted, "topic")} rejoined ${duration(now - openAt)} after the sockets opened.`;
        this.#outage = null;
      }
    }
  }

  #showLine(line, row) {
    const down = line.state !== "open" && this.network.isCut;
    setText(row.state, down ? "no network" : STATE_WORDS[line.state]);
    row.state.dataset.state = down ? "down" : line.state;
    setText(row.since, seconds(performance.now() - line.since));
    setText(row.heard, line.state === "open" ? ago(performance.now() - line.heard) : "–");
    setText(row.attempts, line.state === "open" ? String(line.reconnects) : `attempt ${line.attempts}`);
  }

  #showTopics(all) {
    const list = $("#topics");
    const text = all.map((topic) => `${topic.name} ${topic.state}`).join();
    if (list.dataset.shown === text) return;
    list.dataset.shown = text;
    list.replaceChildren(...all.map((topic) => h("li", {}, badge(topic.name, topic.state))));
    for (const slot of document.querySelectorAll("[data-topic]")) {
      const topic = this.topics.get(slot.dataset.topic);
      slot.replaceChildren(badge(slot.dataset.topic, topic?.state ?? "closed"));
    }
  }
}

function badge(name, state) {
  return h("span", { class: "badge", "data-state": state }, h("code", {}, name), h("span", {}, state));
}

const ago = (ms) => (ms < 1000 ? "just now" : `${seconds(ms)} ago`);

/** A live region is only touched when it has something new to say. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
