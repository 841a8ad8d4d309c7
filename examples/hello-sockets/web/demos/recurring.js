// recurring: a fresh token every five seconds, with a ring that runs towards the next.

import { $, h } from "../dom.js";

const EVERY = 5000;
const KEEP = 4;

export function recurring(topics, line, keepToken) {
  const card = $("#recurring");
  const list = $(".tokens", card);
  const ring = $(".ring", card);
  const seconds = $("#token-seconds");
  let due = 0;

  const wind = () => {
    due = performance.now() + EVERY;
    ring.classList.remove("running");
    ring.getBoundingClientRect(); // lets the animation begin anew
    ring.classList.add("running");
  };

  const topic = topics.open(line, "recurring", {
    joined: wind,
    on: {
      new_token: ({ token }) => {
        keepToken(token);
        list.querySelector(".quiet")?.remove();
        const time = new Date().toLocaleTimeString("en-GB");
        list.prepend(h("li", {}, h("code", { title: token }, short(token)), h("time", {}, time)));
        while (list.children.length > KEEP) list.lastElementChild.remove();
        wind();
      },
    },
  });

  setInterval(() => {
    const joined = topic.state === "joined";
    if (!joined) ring.classList.remove("running");
    seconds.textContent = joined ? String(Math.max(0, Math.ceil((due - performance.now()) / 1000))) : "–";
  }, 200);
}

/** The header says little, the signature changes every time: both ends are enough to see that. */
const short = (token) => (token.length > 28 ? `${token.slice(0, 12)}…${token.slice(-12)}` : token);
