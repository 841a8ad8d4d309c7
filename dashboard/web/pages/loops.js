// The event loops, and every number that a part of a node tells.

import { h, say, visible } from "../dom.js";
import { bytes, count, millis } from "../format.js";
import { badge } from "../nodes.js";
import { Table } from "../table.js";
import { once } from "./connections.js";

const SEARCH_AFTER_MS = 250;

const LOOPS = [
  { id: "loop", title: "Event loop", kind: "code", draw: (row) => visible(`loop ${row.loop}`, 80) },
  { id: "node", title: "Node", into: (cell, row) => once(cell, row.node, () => badge(row.node)) },
  { id: "connections", title: "Connections", number: true, draw: (row) => count(row.connections) },
  { id: "lag_ms", title: "Lag", number: true, hint: "How late a timer fires", draw: (row) => millis(row.lag_ms) },
  { id: "lag_max_ms", title: "Worst", number: true, draw: (row) => millis(row.lag_max_ms) },
  { id: "waiting_bytes", title: "Waiting", number: true, hint: "Broadcasts that the loop has not delivered yet", draw: (row) => bytes(row.waiting_bytes) },
  { id: "dropped", title: "Dropped", number: true, hint: "Deliveries that were given up, because too much waited", draw: (row) => count(row.dropped) },
  { id: "messages_in", title: "In", number: true, hint: "Messages of clients", draw: (row) => count(row.messages_in) },
  { id: "messages_out", title: "Out", number: true, hint: "Messages to clients", draw: (row) => count(row.messages_out) },
  { id: "backlog", title: "State", draw: (row) => (row.backlog ? "behind" : "keeps up") },
];

const METRICS = [
  { id: "name", title: "Name", kind: "code", draw: (row) => visible(row.name, 120) },
  { id: "node", title: "Node", into: (cell, row) => once(cell, row.node, () => (row.node ? badge(row.node) : "–")) },
  { id: "tags", title: "Tags", kind: "code", draw: (row) => visible(tagsOf(row), 200) || "–" },
  { id: "value", title: "Value", number: true, draw: (row) => (row.unit === "bytes" ? bytes(row.value) : row.value.toLocaleString("en", { maximumFractionDigits: 3 })) },
  { id: "unit", title: "Unit", draw: (row) => row.unit || "–" },
  { id: "kind", title: "Kind", draw: (row) => String(row.kind ?? "–").toLowerCase() },
];

const tagsOf = (row) => Object.entries(row.tags ?? {}).map(([key, value]) => `${key}=${value}`).join(" ");

export default {
  id: "loops",
  title: "Engine",
  create(context) {
    let last;
    const loops = new Table({ label: "Event loops", columns: LOOPS, key: (row) => `${row.node} ${row.loop}`, plain: true, paused: context.paused, mark: (row) => (row.backlog || row.lag_ms >= 1000 ? "bad" : row.lag_ms >= 100 ? "warn" : "") });
    const metrics = new Table({ label: "Metrics", columns: METRICS, key: (row) => `${row.node ?? ""} ${row.name} ${tagsOf(row)}`, plain: true, paused: context.paused, empty: () => (filter.value ? "No metric has this in its name or tags." : "No part tells of itself in numbers.") });
    let waiting;
    const search = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => context.go({ text: filter.value }), SEARCH_AFTER_MS); // the server has more than are shown
      show();
    };
    const filter = h("input", { type: "search", placeholder: "Filter by name or tag", "aria-label": "Filter metrics by name or tag", maxlength: 200, value: context.route().text, spellcheck: "false", autocomplete: "off", oninput: search });
    const left = h("p", { class: "quiet", hidden: true });
    const scheduler = h("p", { class: "quiet", hidden: true });
    const show = () => {
      if (!last) return;
      const wanted = filter.value.toLowerCase();
      left.hidden = !last.metrics_left_out;
      say(left, `${count(last.metrics_left_out)} more are not shown.`);
      metrics.show({ rows: (last.metrics ?? []).filter((row) => `${row.name} ${tagsOf(row)}`.toLowerCase().includes(wanted)) });
    };
    return {
      element: h("div", {}, h("section", { "aria-label": "Event loops" }, h("h2", {}, "Event loops"), scheduler, loops.element),
        h("section", { "aria-label": "Metrics" }, h("div", { class: "tools" }, h("h2", {}, "Metrics"), h("div", { class: "search" }, filter, h("kbd", { "aria-hidden": "true" }, "/"))), metrics.element, left)),
      tables: [loops, metrics],
      query: () => ({}),
      moved() {
        if (document.activeElement !== filter) filter.value = context.route().text;
      },
      destroy: () => clearTimeout(waiting),
      view(data) {
        last = data;
        loops.show({ rows: data.loops ?? [] });
        scheduler.hidden = !data.scheduler;
        if (data.scheduler) say(scheduler, `Scheduler: ${visible(typeof data.scheduler === "string" ? data.scheduler : Object.entries(data.scheduler).map(([key, value]) => `${key.replace(/_/g, " ")} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", "), 400)}`);
        show();
      },
    };
  },
};
