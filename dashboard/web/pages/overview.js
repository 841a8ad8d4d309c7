// All nodes at a glance: where to look first, how each of them is, and the last 15 minutes.

import { Chart } from "../charts.js";
import { h, name, say, visible } from "../dom.js";
import { age, bytes, compact, count, micros, millis, percent, rate } from "../format.js";
import { badge } from "../nodes.js";
import { write } from "../route.js";
import { Table } from "../table.js";

// Of bytes: 1, 2, 4, 8… of whatever unit.
const POWERS = Array.from({ length: 44 }, (_, i) => 2 ** i);

const CHARTS = [
  { series: "connections", title: "Connections", format: count, axis: compact, hint: "Clients that are connected" },
  { series: "in_per_s", title: "Messages in /s", format: rate, axis: compact, hint: "What clients send" },
  { series: "out_per_s", title: "Messages out /s", format: rate, axis: compact, hint: "What clients are sent" },
  { series: "deliveries_per_s", title: "Deliveries /s", format: rate, axis: compact, hint: "Broadcasts, counted once for each subscriber" },
  { series: "handle_p99_us", title: "Handler p99", format: micros, worst: true, least: 100, hint: "99 of 100 events are handled within this time, on the slowest node" },
  { series: "loop_lag_ms", title: "Event loop lag", format: millis, worst: true, least: 5, hint: "How late a timer of an event loop fires, on the worst node" },
  { series: "queued_bytes", title: "Queued", format: bytes, steps: POWERS, least: 1024, hint: "Bytes that clients have not read yet" },
  { series: "joins_per_s", title: "Joins /s", format: rate, axis: compact },
  { series: "drops_per_s", title: "Drops /s", format: rate, axis: compact, hint: "Messages that were given up" },
  { series: "crashes_per_s", title: "Crashes /s", format: rate, axis: compact, hint: "Channels whose code has thrown" },
  { series: "cpu", title: "CPU", format: percent, worst: true, least: 0.1, hint: "Of the whole machine, on the busiest node" },
  { series: "heap_used", title: "Heap", format: bytes, steps: POWERS, least: 1024 * 1024 },
];

const number = (id, title, format, hint) => ({ id, title, hint, number: true, draw: (row) => format(row[id]) });

const NODES = [
  { id: "name", title: "Node", into: drawName },
  { id: "state", title: "State", into: drawState },
  number("connections", "Connections", count),
  number("channels", "Channels", count, "Joins that are open"),
  number("topics", "Topics", count),
  number("in_per_s", "In /s", rate, "Messages of clients"),
  number("out_per_s", "Out /s", rate, "Messages to clients"),
  number("deliveries_per_s", "Deliveries /s", rate),
  number("queued_bytes", "Queued", bytes, "Bytes that clients have not read yet"),
  number("loop_lag_ms", "Loop lag", millis),
  { id: "cpu", title: "CPU", kind: "meter", into: (cell, row) => meter(cell, row.cpu, percent(row.cpu), 0.85) },
  { id: "heap", title: "Heap", kind: "meter", into: (cell, row) => meter(cell, row.heap_used / row.heap_max, bytes(row.heap_used), 0.92) },
  { id: "up_s", title: "Up", number: true, draw: (row) => age(row.up_s) },
];

function drawName(link, row) {
  if (link.dataset.name === row.name) return;
  link.dataset.name = row.name;
  link.replaceChildren(badge(row.name));
}

function drawState(cell, row) {
  const state = row.answered === false ? "silent" : row.draining ? "draining" : "up";
  cell.dataset.state = state;
  say(cell, state === "silent" && row.age_ms ? `silent, ${age(row.age_ms / 1000)}` : state);
  cell.title = row.java ? `${row.version ? `Simurgh ${row.version}, ` : ""}Java ${row.java}` : "";
}

/** A share as a thin bar behind its words. */
function meter(cell, share, words, high) {
  if (!cell.firstChild) cell.append(h("span", { class: "meter" }, h("span")), h("span", { class: "words" }));
  const [track, said] = cell.children;
  const known = Number.isFinite(share);
  track.hidden = !known;
  track.firstChild.style.width = `${known ? Math.min(100, share * 100) : 0}%`;
  track.classList.toggle("high", known && share >= high);
  say(said, words);
}

export default {
  id: "overview",
  title: "Overview",
  create(context) {
    const attention = h("ul", { class: "attention", "aria-label": "Where to look first" });
    const table = new Table({ label: "Nodes", columns: NODES, key: (row) => row.name, href: (row) => write({ page: "loops", node: row.name }), mark: (row) => (row.answered === false ? "silent" : "") });
    const charts = CHARTS.map((spec) => new Chart(spec));
    const section = (title, ...content) => h("section", { "aria-label": title }, h("h2", {}, title), content);
    return {
      element: h("div", { class: "overview" }, attention, section("Nodes", table.element),
        section("Last 15 minutes", h("div", { class: "charts" }, charts.map((chart) => chart.element)))),
      tables: [table],
      view(data, { at }) {
        context.history.add(at, data.points);
        drawAttention(attention, data.attention ?? []);
        table.show({ rows: [...data.nodes].sort((a, b) => (a.name < b.name ? -1 : 1)) });
        this.history(data.nodes.map((node) => node.name));
      },
      history(nodes = context.nodes()) {
        const shown = nodes.filter((node) => !context.route().node || node === context.route().node).sort();
        if (shown.length > 0) charts.forEach((chart) => chart.show(context.history, shown));
      },
      recolour: () => charts.forEach((chart) => chart.redraw()),
      destroy: () => charts.forEach((chart) => chart.destroy()),
    };
  },
};

/** Kept as it is as long as it says the same, so that it can be read, and heard, in peace. */
function drawAttention(list, items) {
  const now = JSON.stringify(items);
  if (list.dataset.now === now) return;
  list.dataset.now = now;
  if (items.length === 0) list.replaceChildren(h("li", { class: "fine" }, "Nothing needs you."));
  else list.replaceChildren(...items.map(drawItem));
}

const TITLES = {
  crash: "Crashing channel", slow: "Slow client", cut_off: "Clients cut off", drop: "Dropped", lag: "Event loop lag", limit: "Limit reached", near: "Near a limit", pause: "Paused", draining: "Draining", silent: "Silent node", gone: "Node gone",
};

function drawItem({ level, node, what, text, page, id }) {
  const words = [h("b", {}, TITLES[what] ?? visible(String(what ?? ""), 80)), " ", name(String(text ?? ""), 240)];
  const link = page ? h("a", { href: write({ page, id: id === undefined || id === null ? "" : String(id), node: node ?? "" }) }, words) : h("span", {}, words);
  return h("li", { class: level === "bad" ? "bad" : "warn" }, h("span", { class: "level" }, level === "bad" ? "urgent" : "watch"), link, node ? badge(node) : null);
}
