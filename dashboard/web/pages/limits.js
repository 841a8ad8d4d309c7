// What is near its bound, who is slow, and what was given up.

import { h, say, visible } from "../dom.js";
import { bytes, count, percent, rate } from "../format.js";
import { Table } from "../table.js";
import { COLUMNS, href, key, mark } from "./connections.js";

const amount = (row, n) => (/bytes/i.test(row.limit) ? bytes(n) : count(n));

const LIMITS = [
  { id: "limit", title: "Limit", kind: "code", draw: (row) => visible(row.limit, 80) },
  { id: "mount", title: "Mount", kind: "code", draw: (row) => visible(row.mount ?? "–", 80) },
  { id: "share", title: "Now", kind: "meter", into: drawShare },
  { id: "bound", title: "Bound", number: true, draw: (row) => amount(row, row.bound) },
  { id: "hits", title: "Hits", number: true, draw: (row) => count(row.hits) },
  { id: "hits_per_s", title: "Hits /s", number: true, draw: (row) => rate(row.hits_per_s) },
];

function drawShare(cell, row) {
  if (!cell.firstChild) cell.append(h("span", { class: "meter" }, h("span")), h("span", { class: "words" }));
  const [track, words] = cell.children;
  track.hidden = typeof row.share !== "number";
  track.firstChild.style.width = `${Math.min(100, (row.share ?? 0) * 100)}%`;
  track.classList.toggle("high", row.share >= 0.8);
  say(words, typeof row.share === "number" ? `${amount(row, row.now)} · ${percent(row.share)}` : amount(row, row.now));
}

const SLOW = COLUMNS.filter((column) => ["name", "node", "peer", "open_s", "channels", "bytes_out", "queued_bytes", "waiting_bytes", "flags"].includes(column.id)).map((column) => ({ ...column, sort: false }));

const counted = (id, title, second, secondTitle, draw) => [
  { id, title, kind: "code", draw: (row) => visible(String(row[id]), 80) },
  { id: "count", title: "Count", number: true, draw: (row) => count(row.count) },
  { id: second, title: secondTitle, number: true, draw: (row) => draw(row[second]) },
];

export default {
  id: "limits",
  title: "Limits",
  create(context) {
    const limits = new Table({ label: "Limits", columns: LIMITS, key: (row) => `${row.limit} ${row.mount ?? ""}`, plain: true, paused: context.paused, empty: () => "No limit was reached.", mark: (row) => (row.share >= 0.95 ? "bad" : row.share >= 0.8 || row.hits_per_s > 0 ? "warn" : "") });
    const slow = new Table({ label: "Slow clients", columns: SLOW, key, href, mark, paused: context.paused, empty: () => "Every client reads what it is sent." });
    const kinds = {
      drops: new Table({ label: "Drops", columns: counted("kind", "Kind", "per_s", "/s", rate), key: (row) => row.kind, plain: true, empty: () => "Nothing was dropped." }),
      closes: new Table({ label: "Closes", columns: counted("code", "Code", "per_s", "/s", rate), key: (row) => String(row.code), plain: true, empty: () => "No connection has ended." }),
      pauses: new Table({ label: "Pauses", columns: counted("cause", "Cause", "now", "Now", count), key: (row) => row.cause, plain: true, empty: () => "Nobody was paused." }),
    };
    const never = h("p", { class: "quiet never" });
    const section = (title, table) => h("section", { "aria-label": title }, h("h2", {}, title), table.element);
    return {
      element: h("div", {}, section("Slow clients", slow), section("Limits", limits), never,
        h("div", { class: "thirds" }, section("Drops", kinds.drops), section("Closes", kinds.closes), section("Pauses", kinds.pauses))),
      tables: [slow, limits],
      view(data) {
        const all = data.limits ?? [];
        const told = all.filter((row) => typeof row.share === "number" || row.hits > 0);
        told.sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || b.hits - a.hits);
        limits.show({ rows: told });
        const others = all.filter((row) => !told.includes(row)).map((row) => visible(row.limit, 60));
        say(never, others.length > 0 ? `Never reached: ${others.join(", ")}.` : "");
        slow.show({ rows: data.slow ?? [] });
        for (const [kind, table] of Object.entries(kinds)) table.show({ rows: (data[kind] ?? []).filter((row) => row.count > 0 || row.now > 0) });
      },
    };
  },
};
