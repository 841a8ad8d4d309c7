// A list of facts: what it is called, and what it is now.

import { h, say, visible } from "./dom.js";

export class Facts {
  #values = new Map();
  element;

  /** `entries`: {title: what shows it}. */
  constructor(titles) {
    this.element = h("dl", { class: "facts" }, titles.map((title) => {
      const value = h("dd", {}, "–");
      this.#values.set(title, value);
      return h("div", {}, h("dt", {}, title), value);
    }));
  }

  show(values) {
    for (const [title, value] of Object.entries(values)) {
      const cell = this.#values.get(title);
      if (value instanceof Node) {
        if (cell.firstElementChild?.isEqualNode(value) !== true) cell.replaceChildren(value);
      } else say(cell, String(value ?? "–"));
    }
  }
}

/** What a part of the endpoint tells of something: nested names and values, as a list. */
export function tree(value) {
  if (Array.isArray(value)) return value.length === 0 ? h("span", { class: "quiet" }, "none") : h("ol", { class: "tree" }, value.slice(0, 100).map((one) => h("li", {}, tree(one))));
  if (value !== null && typeof value === "object") {
    return h("dl", { class: "tree" }, Object.entries(value).slice(0, 200).map(([key, one]) => h("div", { class: one !== null && typeof one === "object" ? "nested" : null }, h("dt", {}, visible(key, 100)), h("dd", {}, tree(one)))));
  }
  const text = typeof value === "number" ? value.toLocaleString("en") : String(value);
  return h("bdi", {}, visible(text, 1000));
}
