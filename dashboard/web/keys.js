// The keyboard: single keys, and g followed by a letter. None of them while somebody types.

import { $ } from "./dom.js";

const SEQUENCE_MS = 1200;

export function listenToKeys(actions) {
  let leader = 0;
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches?.("input, select, textarea");
    if (typing && event.key !== "Escape") {
      if (event.key === "ArrowDown" && event.target.type === "search") act(event, "j");
      return;
    }
    if ($("dialog[open]")) return;
    const led = event.timeStamp - leader < SEQUENCE_MS;
    leader = 0;
    if (event.key === "g" && !led) leader = event.timeStamp;
    else act(event, led ? `g ${event.key}` : event.key);
  });

  function act(event, key) {
    const action = actions[key];
    if (action && action(event) !== false) event.preventDefault();
  }
}
