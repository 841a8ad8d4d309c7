// room:lobby, a chat between the windows of this page.

import { $, h } from "../dom.js";

const BIRDS = ["Hoopoe", "Nightingale", "Parrot", "Peacock", "Falcon", "Heron", "Owl", "Sparrow", "Partridge", "Swan"];
const KEEP = 100;

export function chat(topics, line) {
  const card = $("#chat");
  const log = $(".log", card);
  const name = $("#chat-name");
  const text = $("#chat-text");
  name.value = BIRDS[Math.floor(Math.random() * BIRDS.length)];
  let current = name.value;

  const show = (...children) => {
    log.append(h("li", {}, ...children));
    while (log.children.length > KEEP) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  };
  const note = (words) => show(h("span", { class: "quiet" }, words));

  const topic = topics.open(line, "room:lobby", {
    params: () => ({ name: current }),
    joined: () => note(`you are in, as ${current}`),
    refused: ({ reason }) => note(`not let in: ${reason}`),
    on: {
      entered: (payload) => note(`${payload.name} came in`),
      said: (payload) => show(h("b", {}, payload.name), " ", payload.text),
    },
  });

  // Whoever has a new name joins again.
  name.addEventListener("change", () => {
    current = name.value.trim() || current;
    name.value = current;
    topic.join();
  });

  $("form", card).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { status, response } = await topic.push("say", { text: text.value });
    if (status === "ok") text.value = "";
    else note(status === "timeout" ? "no answer" : response.reason);
  });

  $("#chat-window").addEventListener("click", (event) => {
    if (window.open("/#chat", "_blank", "popup,width=460,height=780")) event.preventDefault();
  });
}
