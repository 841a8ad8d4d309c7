// One connection: what it has joined, what waits for it, and the button that ends it.

import { sure } from "../ask.js";
import { h, name, say, visible } from "../dom.js";
import { Facts } from "../facts.js";
import { age, bytes, count, millis } from "../format.js";
import { badge } from "../nodes.js";
import { write } from "../route.js";
import { Table } from "../table.js";
import { once, peerOf } from "./connections.js";

const FACTS = ["Node", "Mount", "Peer", "Transport", "Open for", "Round trip", "In", "Out", "Queued", "Waiting", "State"];

const COLUMNS = [
  { id: "topic", title: "Topic", kind: "code", into: (link, row) => once(link, row.topic, () => name(row.topic, 120)) },
  { id: "pattern", title: "Channel", kind: "code", draw: (row) => row.pattern ?? "–" },
  { id: "joined_s", title: "Joined for", number: true, draw: (row) => age(row.joined_s) },
  { id: "waiting_messages", title: "Mailbox", number: true, hint: "Messages that the channel has not handled yet", draw: (row) => count(row.waiting_messages) },
  { id: "waiting_bytes", title: "Bytes waiting", number: true, draw: (row) => bytes(row.waiting_bytes) },
];

const state = (row) => (row.gone ? "gone" : [row.slow ? `slow: has not read for ${age(row.stalled_ms / 1000)}` : "", ...(row.paused ?? []).map((cause) => `paused: ${cause}`)].filter(Boolean).join(", ") || "ok");

export default {
  id: "connection",
  title: "Connection",
  list: "connections",
  create(context) {
    const { id, node } = context.route();
    const title = h("h2", { class: "subject" }, `#${visible(id, 40)}`);
    const facts = new Facts(FACTS);
    const outcome = h("p", { role: "status", class: "outcome" });
    let shown;
    const act = (label, hint, ask, event, payload) => h("button", { type: "button", class: "danger", hidden: true, title: hint, onclick: async () => {
      if (!(await sure(label, ask(), label))) return;
      say(outcome, await context.ask(event, payload()).then(() => "Done.", (failure) => `Not done: ${visible(failure.message, 200)}`));
    } }, label);
    const cut = act("Cut this connection", "Its client may connect again", () => `Connection ${visible(id, 40)} ends at once; its client may connect again.`, "cut", () => ({ node, id }));
    const disconnect = act("Disconnect this name", "All connections of this name, on all nodes", () => `All connections named ${visible(shown?.name ?? "", 100)} end, on all nodes.`, "disconnect", () => ({ name: shown.name }));
    const topics = new Table({ label: "Topics of this connection", columns: COLUMNS, key: (row) => row.topic, href: (row) => write({ page: "topic", id: row.topic }), paused: context.paused, empty: () => "It has joined nothing." });
    return {
      element: h("div", { class: "detail" }, h("header", { class: "subject-line" }, title, h("div", { class: "actions" }, outcome, disconnect, cut)), facts.element, h("section", {}, h("h2", {}, "Topics"), topics.element)),
      tables: [topics],
      view(data) {
        const gone = data.gone === true;
        cut.hidden = gone || !context.mayAct();
        disconnect.hidden = gone || !context.mayAct() || !data.name;
        if (gone) return facts.show({ State: "gone" });
        shown = data;
        once(title, `${data.name}`, () => (data.name ? name(data.name, 200) : h("span", {}, `#${visible(id, 40)}`)));
        facts.show(factsOf(data));
        topics.show({ rows: data.topics ?? [] });
      },
    };
  },
};

function factsOf(row) {
  return {
    Node: badge(row.node),
    Mount: visible(row.mount ?? "–"),
    Peer: peerOf(row),
    Transport: [row.transport, row.vsn && `vsn ${row.vsn}`].filter(Boolean).join(", ") || "–",
    "Open for": age(row.open_s),
    "Round trip": row.rtt_ms === null || row.rtt_ms === undefined ? "not measured yet" : millis(row.rtt_ms),
    In: `${count(row.messages_in)} messages, ${bytes(row.bytes_in)}`,
    Out: `${count(row.messages_out)} messages, ${bytes(row.bytes_out)}`,
    Queued: bytes(row.queued_bytes),
    Waiting: bytes(row.waiting_bytes),
    State: state(row),
  };
}
