// ping and ping:*, the first channel of the chapter.

import { $, $$, results } from "../dom.js";

export function ping(topics, line) {
  const card = $("#ping");
  const shown = results($(".results", card));
  const again = $('[data-do="again"]', card);

  const topic = topics.open(line, "ping", {
    on: {
      send_ping: (payload) => shown.note("send_ping", "received", "pushed", payload),
    },
    joined: () => (again.hidden = true),
    closed: () => {
      again.hidden = false;
      shown.note("phx_close", "closed by the server", "error");
    },
  });
  const push = (event, payload) => shown.call(`${event} ${JSON.stringify(payload)}`, topic.push(event, payload));

  const actions = {
    ping: () => push("ping", {}),
    phrase: () => push("ping", { ack_phrase: $("#ping-phrase").value }),
    param_ping: () => push("param_ping", { error: $("#ping-error").checked, from: "the page" }),
    pong: () => {
      topic.tell("pong");
      shown.note("pong {}", "sent, no reply wanted");
    },
    broadcast: () => {
      topic.tell("broadcast_request_ping");
    },
    ding: () => push("ding", {}),
    again: () => topic.join(),
    topic: () => {
      const name = `ping:${$("#ping-topic").value.trim()}`;
      const wild = topics.get(name) ?? topics.open(line, name);
      if (wild.state === "closed") wild.join();
      shown.call(`${name} ping {}`, wild.push("ping"));
    },
  };
  for (const button of $$("button[data-do]", card)) button.addEventListener("click", actions[button.dataset.do]);
  for (const form of $$("form[data-do]", card)) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      actions[form.dataset.do]();
    });
  }
}
