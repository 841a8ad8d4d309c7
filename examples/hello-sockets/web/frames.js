// The live list of frames: what really goes over the wire, newest first.

import { $, h, plural } from "./dom.js";

const KEEP = 200;

export class Frames {
  #list = $("#frame-list");
  #count = $("#frame-count");
  #pause = $("#frames-pause");
  #total = 0;
  #held = 0;
  #paused = false;

  constructor() {
    this.#pause.addEventListener("click", () => {
      this.#paused = !this.#paused;
      this.#held = 0;
      this.#pause.setAttribute("aria-pressed", String(this.#paused));
      this.#pause.textContent = this.#paused ? "Go on" : "Pause";
      this.#tell();
    });
    $("#frames-clear").addEventListener("click", () => {
      this.#list.replaceChildren();
      this.#total = 0;
      this.#held = 0;
      this.#tell();
    });
    // On a narrow screen the list lies folded at the lower edge, with its newest frame in sight.
    const fold = $("#frames-fold");
    fold.addEventListener("click", () => {
      const folded = $(".frames").toggleAttribute("data-folded");
      fold.setAttribute("aria-expanded", String(!folded));
      fold.textContent = folded ? "Show" : "Hide";
      this.#list.scrollTop = 0;
    });
    this.#tell();
  }

  add(direction, message, wire, path) {
    if (this.#paused) {
      this.#held++;
    } else {
      this.#total++;
      this.#list.prepend(row(direction, message, wire, path));
      while (this.#list.children.length > KEEP) this.#list.lastElementChild.remove();
    }
    this.#tell();
  }

  #tell() {
    const held = this.#paused ? ` · paused, ${this.#held} passed by` : "";
    this.#count.textContent =
      (this.#total > KEEP ? `the last ${KEEP} of ${this.#total}` : plural(this.#total, "frame")) + held;
  }
}

function row(direction, message, wire, path) {
  const { topic, event, payload } = message;
  const now = new Date();
  const time = `${now.toLocaleTimeString("en-GB")}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  const heartbeat = topic === "phoenix";
  const trouble = event === "phx_error" || payload?.status === "error";
  const out = direction === "out";
  const details = h(
    "details",
    {},
    h("summary", {},
      h("span", { class: "arrow", title: out ? "sent" : "received" },
        h("span", { "aria-hidden": "true" }, out ? "↑" : "↓"),
        h("span", { class: "unseen" }, out ? "sent" : "received")),
      h("span", { class: "subject" }, h("b", {}, topic), " ", heartbeat && !out ? "heartbeat reply" : event),
      h("time", {}, time),
      h("span", { class: "gist" }, JSON.stringify(payload)),
    ),
  );
  // Filled in only when it is looked at: most frames never are.
  details.addEventListener("toggle", () => {
    if (details.children.length === 1) details.append(inside(message, wire, path));
  }, { once: true });
  return h("li", { class: `frame ${direction}${heartbeat ? " heartbeat" : ""}${trouble ? " trouble" : ""}` }, details);
}

function inside({ join_ref, ref, topic, event, payload }, wire, path) {
  const fact = (name, value) => [h("dt", {}, name), h("dd", {}, value ?? "null")];
  return h(
    "div",
    { class: "inside" },
    h("dl", {}, ...fact("socket", path), ...fact("join_ref", join_ref), ...fact("ref", ref), ...fact("topic", topic),
      ...fact("event", event)),
    h("pre", { tabindex: "0" }, JSON.stringify(payload, null, 2)),
    h("p", { class: "label" }, "On the wire"),
    h("pre", { tabindex: "0", class: "wire" }, typeof wire === "string" ? wire : `binary, ${wire.byteLength} bytes`),
  );
}
