// The few things about the DOM that every module here needs.

export const $ = (selector, root = document) => root.querySelector(selector);

/** Makes an element: h("li", { class: "row", onclick: f }, "text", child). Text is always text, never HTML. */
export function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Sets a text, and touches nothing if it is the same: a selection in it stays. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}

/** What others have named, in a box of its own that no direction mark in it can leave. */
export function name(text, limit) {
  return h("bdi", { class: "name", title: text.length > 40 ? visible(text, 1000) : null }, visible(text, limit));
}

// Characters that show nothing, or change what is shown around them.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** A text of which each character can be seen, and of no more than `limit`: line\nbreak, \u202e. */
export function visible(text, limit = 200) {
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
  return cut.replace(UNSEEN, (sign) => ESCAPES[sign] ?? `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`);
}

const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
