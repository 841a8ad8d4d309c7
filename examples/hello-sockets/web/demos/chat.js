// room:lobby, a chat between the windows of this page, and who is there: the Presence of phoenix.js keeps the list.

import { $, h } from "../dom.js";

const BIRDS = ["Hoopoe", "Nightingale", "Parrot", "Peacock", "Falcon", "Heron", "Owl", "Sparrow", "Partridge", "Swan"];
const KEEP = 100;
const RESTS = 2000; // milliseconds without a key, after which nobody is typing any more

export function chat(topics, line, Presence) {
  const card = $("#chat");
  const log = $(".log", card);
  const who = $(".who", card);
  const name = $("#chat-name");
  const text = $("#chat-text");
  name.value = BIRDS[Math.floor(Math.random() * BIRDS.length)];
  let current = name.value;
  let followed; // the channel of the newest join
  let typing = false;
  let rest;

  const show = (...children) => {
    log.append(h("li", {}, ...children));
    while (log.children.length > KEEP) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  };
  const note = (words) => show(h("span", { class: "quiet" }, words));

  /** Follows who is there, for as long as a channel lives: over all its rejoins. */
  const follow = (channel) => {
    followed = channel;
    const presence = new Presence(channel);
    let known = false; // once the first list is there, whoever comes is news
    const news = (words) => known && followed === channel && note(words);
    presence.onJoin((person, before) => before || news(`${person} came in`));
    presence.onLeave((person, { metas }) => metas.length || news(`${person} left`));
    presence.onSync(() => {
      known = true;
      if (followed === channel) list(presence);
    });
  };

  const list = (presence) => {
    const people = presence.list((person, { metas }) => ({ person, metas }));
    const nodes = new Set(people.flatMap(({ metas }) => metas.map((meta) => meta.node)));
    people.sort((a, b) => a.person.localeCompare(b.person));
    who.replaceChildren(...people.map(({ person, metas }) => h("li", {},
      h("b", {}, person),
      person === current ? h("span", { class: "quiet" }, "you") : null,
      metas.length > 1 ? h("span", { title: `${metas.length} windows` }, `×${metas.length}`) : null,
      nodes.size > 1 ? h("code", {}, [...new Set(metas.map((meta) => meta.node))].sort().join(" ")) : null,
      metas.some((meta) => meta.typing) ? h("em", {}, "typing…") : null)));
  };

  const topic = topics.open(line, "room:lobby", {
    params: () => ({ name: current }),
    opened: follow,
    joined: () => {
      typing = false;
      note(`you are in, as ${current}`);
    },
    refused: ({ reason }) => note(`not let in: ${reason}`),
    on: {
      said: (payload) => show(h("b", {}, payload.name), " ", payload.text),
    },
  });

  /** Tells only what is new, and that of itself it ends. */
  const type = (now) => {
    clearTimeout(rest);
    if (now) rest = setTimeout(() => type(false), RESTS);
    if (now === typing || topic.state !== "joined") return;
    typing = now;
    topic.push("typing", { typing });
  };
  text.addEventListener("input", () => type(text.value !== ""));

  // Whoever has a new name joins again.
  name.addEventListener("change", () => {
    current = name.value.trim() || current;
    name.value = current;
    topic.join();
  });

  $("form", card).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { status, response } = await topic.push("say", { text: text.value });
    if (status === "ok") {
      text.value = "";
      type(false);
    } else note(status === "timeout" ? "no answer" : response.reason);
  });

  $("#chat-window").addEventListener("click", (event) => {
    if (window.open("/#chat", "_blank", "popup,width=460,height=780")) event.preventDefault();
  });
}
