// What the two long lists have in common: a search, an order and a page, all of them the server's.

import { h } from "../dom.js";
import { Table } from "../table.js";

const SEARCH_AFTER_MS = 250;
const LIMIT = 50;

/** A page of one list: {label, hint, columns, key, href, mark, sort}; `sort` is the order at first. */
export function list(context, options) {
  const search = h("input", { type: "search", placeholder: options.hint, "aria-label": options.hint, maxlength: 200, value: context.route().text, spellcheck: "false", autocomplete: "off" });
  let waiting;
  let first = true;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => context.go({ text: search.value, offset: 0 }), SEARCH_AFTER_MS);
  });
  const by = (route) => ({ sort: route.sort || options.sort, desc: route.desc });
  const table = new Table({
    ...options,
    limit: LIMIT,
    paused: context.paused,
    onSort(id) {
      const now = by(context.route());
      context.go({ sort: id, desc: now.sort === id ? !now.desc : !options.columns.find((column) => column.id === id).ascending, offset: 0 });
    },
    onPage: (step) => context.go({ offset: Math.max(0, context.route().offset + step * LIMIT) }),
    empty: (page) => (page.busy ? "The server is looking…" : context.route().text ? `Nothing matches “${context.route().text}”.` : options.nothing),
  });
  return {
    element: h("div", {}, h("div", { class: "tools" }, h("div", { class: "search" }, search, h("kbd", { "aria-hidden": "true" }, "/"))), table.element),
    tables: [table],
    query: () => ({ ...by(context.route()), limit: LIMIT }),
    view(data) {
      const route = context.route();
      if (data.busy && data.rows.length === 0 && !first) return; // the server has no time to look again yet: what is shown stays
      first = false;
      const order = by(route);
      table.show({ rows: data.rows, total: data.total, matched: data.matched, offset: data.offset ?? route.offset, atMost: { matched: data.matched_at_most, total: data.total_at_most }, busy: data.busy, limit: LIMIT, sort: order.sort, descending: order.desc });
    },
    moved() {
      first = true;
      table.clear();
    },
    page(step) {
      const button = table.element.querySelectorAll(".pager button")[step < 0 ? 0 : 1];
      if (button && !button.disabled) button.click();
    },
    destroy: () => clearTimeout(waiting),
  };
}
