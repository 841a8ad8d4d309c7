// What is subscribed to, the largest first.

import { h, name } from "../dom.js";
import { count, rate } from "../format.js";
import { bar } from "../nodes.js";
import { write } from "../route.js";
import { once } from "./connections.js";
import { list } from "./lists.js";

const number = (id, title, format, hint) => ({ id, title, hint, sort: true, number: true, draw: (row) => format(row[id]) });

const COLUMNS = [
  { id: "topic", title: "Topic", kind: "code", into: (link, row) => once(link, row.topic, () => name(row.topic, 120)) },
  { id: "pattern", title: "Channel", kind: "code", draw: (row) => row.pattern ?? "–" },
  number("subscribers", "Subscribers", count),
  { id: "by_node", title: "On the nodes", into: (cell, row) => once(cell, JSON.stringify(row.by_node ?? {}), () => bar(row.by_node ?? {})) },
  number("broadcasts_per_s", "Broadcasts /s", rate),
  number("deliveries_per_s", "Deliveries /s", rate, "Broadcasts, counted once for each subscriber"),
];

export default {
  id: "topics",
  title: "Topics",
  create: (context) => list(context, {
    label: "Topics", hint: "Search by a part of the topic", nothing: "Nobody has joined a topic.", columns: COLUMNS,
    key: (row) => row.topic, href: (row) => write({ page: "topic", id: row.topic }), sort: "subscribers",
  }),
};
