// Tables that stay still while somebody reads them, sorted, searched and paged by the server.

import { h, say } from "./dom.js";
import { count } from "./format.js";

const NOTHING = /^(0( \S+)?|–)$/; // is pale, so that what there is stands out
const RESTING_MS = 20_000; // a pointer that has not moved for so long does not read

/**
 * A table of rows that each have a key. `columns`: {id, title, hint?, sort?, number?, rare?, draw(row) → text, or else into(cell, row)}; a rare
 * one is not shown where there is little room. `plain`: its rows lead nowhere. `dense`: it stays a table where there is little room.
 * While the pointer is over it, or the focus in it, no row moves: values change in place, who has gone is dimmed, and who is new waits.
 */
export class Table {
  #options;
  #head = new Map();
  #body = h("tbody");
  #rows = new Map();
  #latest;
  #pointer = 0;
  #note = h("p", { class: "held", hidden: true });
  #pager = h("p", { class: "pager" });
  #empty = h("p", { class: "empty", hidden: true });
  element;

  constructor(options) {
    this.#options = options;
    const cells = options.columns.map((column) => this.#heading(column));
    const table = h("table", { "aria-label": options.label, class: options.plain ? "plain" : null }, h("thead", {}, h("tr", {}, cells)), this.#body);
    const foot = h("div", { class: "table-foot" }, this.#note, options.onPage ? this.#pager : null);
    this.element = h("div", { class: options.columns.length > 4 && !options.dense ? "table stacked" : "table" }, h("div", { class: "table-scroll" }, table), this.#empty, foot);
    this.#body.addEventListener("pointermove", (event) => event.pointerType === "mouse" && (this.#pointer = Date.now()));
    this.#body.addEventListener("pointerleave", () => this.#release());
    this.#body.addEventListener("focusout", () => setTimeout(() => this.#refresh()));
    this.#body.addEventListener("click", (event) => this.#click(event));
  }

  get held() {
    return Date.now() - this.#pointer < RESTING_MS || this.#body.contains(document.activeElement) || this.#options.paused?.() === true;
  }

  /** Shows rows, and which part of all they are: {rows, total, matched, offset, limit, sort, descending}. */
  show(page) {
    this.#latest = page;
    this.#refresh();
  }

  /** For another query: nothing is held. */
  clear() {
    this.#pointer = 0;
    this.#rows.clear();
    this.#body.replaceChildren();
  }

  /** Moves the focus by so many rows. */
  move(by) {
    const rows = [...this.#body.rows];
    if (rows.length === 0) return false;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    (rows[next].querySelector("a, button") ?? rows[next].cells[0]).focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  #refresh() {
    const page = this.#latest;
    if (!page || !this.element.isConnected) return;
    const held = this.held && this.#rows.size > 0;
    const key = this.#options.key;
    const now = new Map(page.rows.map((row) => [key(row), row]));
    const waiting = [...now.keys()].filter((id) => !this.#rows.has(id)).length;
    if (held) {
      for (const [id, row] of this.#rows) {
        row.classList.toggle("gone", !now.has(id));
        if (now.has(id)) this.#fill(row, now.get(id));
      }
    } else this.#replace(now);
    this.#tell(page, held, waiting);
  }

  #replace(now) {
    for (const [id, row] of this.#rows) {
      if (now.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let place = this.#body.firstElementChild;
    for (const [id, data] of now) {
      const row = this.#rows.get(id) ?? this.#row(id);
      row.classList.remove("gone");
      this.#fill(row, data);
      if (row === place) place = place.nextElementSibling;
      else this.#body.insertBefore(row, place);
    }
  }

  #row(id) {
    const cells = this.#options.columns.map((column) =>
      h("td", { class: kinds(column), "data-title": column.title, tabindex: column === this.#options.columns[0] && !this.#options.href ? -1 : null }));
    const row = h("tr", {}, cells);
    this.#rows.set(id, row);
    return row;
  }

  #fill(row, data) {
    this.#options.columns.forEach((column, i) => {
      const cell = row.cells[i];
      if (i === 0 && this.#options.href) this.#link(cell, column, data);
      else if (column.into) column.into(cell, data);
      else {
        say(cell, String(column.draw(data)));
        if (column.number) cell.classList.toggle("nil", NOTHING.test(cell.textContent));
      }
    });
    row.className = this.#options.mark?.(data) ?? "";
  }

  #link(cell, column, data) {
    const href = this.#options.href(data);
    let link = cell.firstElementChild;
    if (!link) cell.append((link = h("a", {})));
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    if (column.into) column.into(link, data);
    else say(link, String(column.draw(data)));
  }

  #heading(column) {
    const title = h("span", {}, column.title);
    const content = column.sort ? h("button", { type: "button", title: column.hint, onclick: () => this.#options.onSort(column.id) }, title) : title;
    const cell = h("th", { scope: "col", class: kinds(column), title: column.sort ? null : column.hint }, content);
    this.#head.set(column.id, cell);
    return cell;
  }

  #tell(page, held, waiting) {
    for (const [id, cell] of this.#head) {
      if (id === page.sort) cell.setAttribute("aria-sort", page.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.#note.hidden = !held;
    say(this.#note, waiting > 0 ? `Order held while you read · ${count(waiting)} more waiting` : "Order held while you read");
    this.#empty.hidden = page.rows.length > 0 || (held && this.#rows.size > 0);
    say(this.#empty, this.#options.empty?.(page) ?? "Nothing here.");
    if (this.#options.onPage) this.#page(page);
  }

  #page({ rows, matched = rows.length, total = matched, offset = 0, limit, atMost = {} }) {
    const last = offset + rows.length;
    const shown = rows.length === 0 ? "0" : `${count(offset + 1)}–${count(last)}`;
    const upTo = (most, n) => `${most ? "at most " : ""}${count(n)}`;
    const all = matched === total ? "" : ` that match, ${upTo(atMost.total, total)} in all`;
    const text = `${shown} of ${upTo(atMost.matched, matched)}${all}`;
    if (!this.#pager.firstChild) {
      const step = (label, hint, by) => h("button", { type: "button", title: hint, onclick: () => this.#options.onPage(by) }, label);
      this.#pager.append(h("span"), step("Previous", "Previous page: [", -1), step("Next", "Next page: ]", 1));
    }
    const [said, previous, next] = this.#pager.children;
    say(said, text);
    previous.disabled = offset === 0;
    next.disabled = last >= matched || offset + limit > 10_000;
  }

  #click(event) {
    if (event.target.closest("a, button") || String(getSelection())) return;
    event.target.closest("tr")?.querySelector("a")?.click();
  }

  #release() {
    this.#pointer = 0;
    this.#refresh();
  }
}

const kinds = (column) => [column.number && "number", column.rare && "rare", column.kind].filter(Boolean).join(" ") || null;
