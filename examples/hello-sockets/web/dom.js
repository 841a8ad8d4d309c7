// The few things about the DOM that every module here needs.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Makes an element: h("li", { class: "row", onclick: f }, "text", child). Text is always text, never HTML. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

/** "850 ms", "4.2 s", "3 min 20 s", "2 h 5 min" */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Whole seconds only, for clocks that tick once a second. */
export const seconds = (ms) => (ms < 1000 ? "just now" : duration(Math.floor(ms / 1000) * 1000).replace(/\.0 s$/, " s"));

/** The line that starts this server, with the port that it is reached at. */
export const command = () => `./simurgh hello --port ${location.port || (location.protocol === "https:" ? 443 : 80)}`;

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/**
 * Follows the results of a card: each call is one row, filled in when its reply comes. The list is a live region, so a
 * screen reader hears what the eye sees.
 */
export function results(list, keep = 4) {
  const add = (row) => {
    list.prepend(row);
    while (list.children.length > keep) list.lastElementChild.remove();
    return row;
  };
  return {
    /** Shows a push and what becomes of it: call(topic.push("ping", {})). */
    async call(label, reply) {
      const outcome = h("span", { class: "outcome waiting" }, "waiting");
      const row = add(h("li", {}, h("code", { class: "asked" }, label), outcome));
      const { status, response, ms } = await reply;
      outcome.className = `outcome ${status}`;
      outcome.textContent = status === "timeout" ? "no answer" : status;
      if (status !== "timeout") row.append(h("code", { class: "answer" }, JSON.stringify(response)));
      row.append(h("span", { class: "took" }, duration(ms)));
      return { status, response, ms };
    },
    /** Shows something that came without being asked for, or was not answered on purpose. */
    note(label, text, kind = "note", detail) {
      add(h("li", {}, h("code", { class: "asked" }, label), h("span", { class: `outcome ${kind}` }, text),
        detail === undefined ? null : h("code", { class: "answer" }, JSON.stringify(detail))));
    },
  };
}
