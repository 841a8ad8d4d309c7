// user:*, behind a signed token: one's own topic, and somebody else's.

import { $, results } from "../dom.js";

export function user(topics, line) {
  const card = $("#user");
  const shown = results($(".results", card));
  const own = topics.open(line, "user:1");

  $('[data-do="whoami"]', card).addEventListener("click", () => shown.call("user:1 whoami {}", own.push("whoami")));

  $('[data-do="other"]', card).addEventListener("click", () => {
    const start = performance.now();
    const reply = new Promise((resolve) => {
      const end = (status) => (response) => {
        resolve({ status, response, ms: performance.now() - start });
        topics.forget(other);
      };
      const other = topics.open(line, "user:2", { keep: false, joined: end("ok"), refused: end("error") });
    });
    shown.call("join user:2", reply);
  });
}
