// Who is connected, the heaviest first.

import { h, name, visible } from "../dom.js";
import { age, bytes, count } from "../format.js";
import { badge } from "../nodes.js";
import { write } from "../route.js";
import { list } from "./lists.js";

const number = (id, title, format, hint) => ({ id, title, hint, sort: true, number: true, draw: (row) => format(row[id]) });
const rarely = (column) => ({ ...column, rare: true }); // not where there is little room

export const COLUMNS = [
  { id: "name", title: "Connection", into: drawWho },
  { id: "node", title: "Node", into: (cell, row) => once(cell, row.node, () => badge(row.node)) },
  { id: "peer", title: "Peer", kind: "code", draw: (row) => peerOf(row) },
  { id: "flags", title: "State", into: drawFlags },
  number("queued_bytes", "Queued", bytes, "Bytes that the client has not read yet"),
  number("waiting_bytes", "Waiting", bytes, "Bytes of the client's messages that its channels have not handled yet"),
  number("channels", "Channels", count),
  rarely(number("messages_in", "In", count, "Messages of the client")),
  number("messages_out", "Out", count, "Messages to the client"),
  rarely(number("bytes_in", "Bytes in", bytes)),
  number("bytes_out", "Bytes out", bytes),
  rarely(number("open_s", "Open", age)),
  { id: "transport", title: "Transport", rare: true, draw: (row) => [row.transport, row.vsn && `v${String(row.vsn).split(".")[0]}`].filter(Boolean).join(" ") || "–" },
];

export const peerOf = (row) => visible(row.peer ?? "–", 100).replace(/^\//, "");

/** What does not change for a row is drawn once. */
export function once(cell, value, draw) {
  if (cell.dataset.once === String(value)) return;
  cell.dataset.once = String(value);
  cell.replaceChildren(draw());
}

function drawWho(link, row) {
  const number = `#${visible(String(row.id), 30)}`;
  once(link, `${row.id} ${row.name} ${row.mount}`, () =>
    h("span", { class: "who" }, row.name ? name(row.name, 80) : h("span", { class: "name" }, number), h("span", { class: "quiet" }, ` ${visible(row.mount ?? "", 80)} ${row.name ? number : ""}`)));
}

export function drawFlags(cell, row) {
  const flags = [...(row.slow ? ["slow"] : []), ...(row.paused ?? [])];
  once(cell, flags.join(), () => h("span", { class: "flags" }, flags.length === 0 ? h("span", { class: "quiet" }, "ok") : flags.map((flag) => h("span", { class: flag === "slow" ? "flag bad" : "flag" }, flag === "slow" ? flag : `paused: ${flag}`))));
}

export const key = (row) => `${row.node} ${row.id}`;
export const href = (row) => write({ page: "connection", id: String(row.id), node: row.node });
export const mark = (row) => (row.slow ? "bad" : "");

export default {
  id: "connections",
  title: "Connections",
  create: (context) => list(context, {
    label: "Connections", hint: "Search by name, peer or mount", nothing: "Nobody is connected.", columns: COLUMNS, key, href, mark, sort: "queued_bytes",
  }),
};
