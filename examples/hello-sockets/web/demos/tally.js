// tally:NAME. The count comes from the server, with each join and each change; what the server has not acknowledged waits in an outbox,
// each change under an id of its own, so that sending it again after a reconnect counts it once. A repetition gets the first
// answer again, with a count of then: what is shown comes from the broadcasts alone.

import { $, $$, plural } from "../dom.js";

export function tally(topics, line) {
  const card = $("#tally");
  const shown = $("#tally-count");
  const outbox = new Map(); // id → change
  let topic;
  let trouble = "";

  const show = (count) => {
    shown.textContent = count;
    shown.classList.remove("bump");
    shown.getBoundingClientRect();
    shown.classList.add("bump");
  };

  const tell = () => {
    const waiting = plural(outbox.size, "change");
    $("#tally-outbox").textContent = trouble || (outbox.size
      ? `${waiting} not acknowledged yet; sent again when the server is back, and counted once.`
      : "Nothing is waiting: all you see is on disk.");
    card.classList.toggle("waiting", outbox.size > 0);
  };

  const send = async (id) => {
    const on = topic;
    if (on.state !== "joined" || !outbox.has(id)) return; // the next join sends it
    const { status, response } = await on.push("add", { by: outbox.get(id), id });
    if (on !== topic || !outbox.has(id)) return;
    if (status === "timeout") return send(id);
    outbox.delete(id);
    trouble = status === "error" ? `Refused: ${JSON.stringify(response)}` : "";
    tell();
  };

  const open = (name) => {
    if (topic?.name === `tally:${name}`) return;
    if (topic) topics.forget(topic);
    outbox.clear();
    trouble = "";
    shown.textContent = "–";
    $(".slot", card).dataset.topic = `tally:${name}`;
    topic = topics.open(line, `tally:${name}`, {
      joined: () => {
        if (shown.textContent === "–") show(0); // until the newest count comes, if there is one
        for (const id of outbox.keys()) send(id);
      },
      on: { count: ({ count }) => show(count) },
    });
    tell();
  };

  $("form", card).addEventListener("submit", (event) => {
    event.preventDefault();
    open($("#tally-name").value.trim());
  });
  for (const button of $$("[data-by]", card)) {
    button.addEventListener("click", () => {
      const id = uuid();
      outbox.set(id, Number(button.dataset.by));
      trouble = "";
      tell();
      send(id);
    });
  }
  // Who it is changes with each start.
  line.socket.onOpen(async () => {
    const response = await fetch("/pid");
    if (response.ok) $("#tally-kill").textContent = `kill -9 ${await response.text()}`;
  });
  $("#tally-copy").addEventListener("click", async ({ target }) => {
    await navigator.clipboard?.writeText($("#tally-kill").textContent);
    target.textContent = "copied";
    setTimeout(() => (target.textContent = "copy"), 1500);
  });
  open($("#tally-name").value);
}

/** crypto.randomUUID exists only on https and localhost; this page may also be opened by address. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
