// wild:A:B, where the join itself is the demo: accepted, refused, or crashed.

import { $, $$, results } from "../dom.js";

export function wild(topics, line) {
  const card = $("#wild");
  const input = $("#wild-topic");
  const shown = results($(".results", card));
  let current;

  const join = () => {
    const name = `wild:${input.value.trim()}`;
    if (current) topics.forget(current);
    const start = performance.now();
    const reply = new Promise((resolve) => {
      const end = (status) => (response) => resolve({ status, response, ms: performance.now() - start });
      const topic = topics.open(line, name, {
        keep: false,
        joined: end("ok"),
        refused: (response) => {
          end("error")(response);
          topics.forget(topic);
          if (current === topic) current = undefined;
        },
      });
      current = topic;
    });
    shown.call(`join ${name}`, reply);
  };

  $("form", card).addEventListener("submit", (event) => {
    event.preventDefault();
    join();
  });
  for (const chip of $$("[data-try]", card)) {
    chip.addEventListener("click", () => {
      input.value = chip.dataset.try;
      join();
    });
  }
}
