// Each node has a colour, the same on every page.

import { h, visible } from "./dom.js";

const COLOURS = 8;
const places = new Map();

/** Learns names; those that came first keep their colours. */
export function know(nodes) {
  for (const node of [...nodes].sort()) if (!places.has(node)) places.set(node, places.size % COLOURS);
}

/** The name of its custom property, or, with another prefix, of its class: node-3. */
export function colour(node, prefix = "--") {
  if (!places.has(node)) know([node]);
  return `${prefix}node-${places.get(node)}`;
}

/** A dot of its colour, and its name. */
export const badge = (node) => h("span", { class: `node ${colour(node, "")}`, title: visible(node, 300) }, h("bdi", {}, visible(node, 60)));

/** How many there are on each node, as one bar of their colours. */
export function bar(byNode) {
  const parts = Object.entries(byNode).sort().map(([node, n]) => {
    const part = h("span", { class: colour(node, "") });
    part.style.flexGrow = n;
    return part;
  });
  const words = Object.entries(byNode).sort().map(([node, n]) => `${visible(node, 60)}: ${n}`).join(", ");
  return h("span", { class: "bar", role: "img", "aria-label": words, title: words }, parts);
}
