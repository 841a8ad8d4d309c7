// dupe: three hundred numbers are broadcast, three arrive.

import { $, duration, h } from "../dom.js";

const NUMBERS = [1, 2, 3];
const TIMES = 100;

export function dupe(topics, line) {
  const card = $("#dupe");
  const dots = $(".dots", card);
  const drops = $(".drops", card);
  for (let i = 0; i < NUMBERS.length * TIMES; i++) {
    const dot = h("i", {});
    dot.style.transitionDelay = `${Math.floor(i / 10) * 14}ms`;
    dots.append(dot);
  }
  let start = 0;
  let received = 0;

  const topic = topics.open(line, "dupe", {
    on: {
      number: ({ value }) => {
        received++;
        const drop = h("b", {}, String(value));
        drop.style.animationDelay = `${(received - 1) * 120}ms`;
        drops.append(drop);
        while (drops.children.length > 12) drops.firstElementChild.remove();
        $("#dupe-received").textContent = received;
        $("#dupe-took").textContent = start ? `after ${duration(performance.now() - start)}` : "from another window";
      },
    },
  });

  $('[data-do="flood"]', card).addEventListener("click", async () => {
    received = 0;
    start = performance.now();
    drops.replaceChildren();
    dots.classList.remove("sent");
    $("#dupe-sent").textContent = "0";
    $("#dupe-received").textContent = "0";
    $("#dupe-took").textContent = "";
    const { status, response } = await topic.push("flood", { numbers: NUMBERS, times: TIMES });
    if (status === "ok") {
      dots.classList.add("sent");
      $("#dupe-sent").textContent = response.broadcast;
    } else {
      $("#dupe-took").textContent = status === "timeout" ? "no answer" : JSON.stringify(response);
    }
  });
}
