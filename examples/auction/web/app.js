// The auction's page. What makes it safe is in kept.js; here it only shows what comes.

import { keptChannel } from "./kept.js";
import { Switch } from "./switch.js";

const $ = (selector) => document.querySelector(selector);
const SHOWN = 50;
const bids = []; // as the server numbered them, oldest first; not all, if there were many
let count = 0; // how many there were in all
let price = 0;
let joins = 0;
let outOfOrder = 0;

const phoenix = await import("/assets/phoenix.mjs").catch(() => {
  $("#missing").hidden = false;
  $("#missing").textContent = "phoenix.js is missing: install Node.js with npm, then run ./simurgh auction again.";
});
if (phoenix) start(phoenix.Socket);

function start(Socket) {
  const cable = new Switch();
  const socket = new Socket("/socket", { transport: cable.transport });
  const auction = keptChannel(socket, "auction:feather", {
    on: { bid: take },
    joined(reply) {
      joins++;
      $("#joined").textContent = howItBegan(reply);
      if (!reply.recovered) load(reply);
      show();
    },
  });

  function show() {
    const joined = auction.channel.state === "joined" && socket.isConnected();
    document.documentElement.dataset.mood = joined ? "good" : cable.isOff ? "bad" : "wait";
    $("#state").textContent = joined ? "Connected" : cable.isOff ? "Network cut" : joins ? "Reconnecting" : "Connecting";
    $("#price").textContent = price;
    $("#leader").textContent = count ? `bid by ${bids.at(-1).bidder}, number ${count}` : "nobody has bid yet";
    $("#position").textContent = auction.position() ?? "–";
    $("#joins").textContent = joins;
    const waiting = auction.waiting();
    $("#outbox").textContent = waiting ? `${waiting} of your bids not acknowledged yet: sent until the server has them.` : "Nothing is waiting.";
    $("#outbox").classList.toggle("waiting", waiting > 0);
    for (const button of document.querySelectorAll("[data-more]")) {
      button.querySelector("b").textContent = price + Number(button.dataset.more);
    }
  }

  function take(bid, position) {
    if (bid.number <= count) return; // was in the state that the join brought
    if (bid.number !== count + 1) outOfOrder++;
    bids.push({ ...bid, position });
    if (bids.length > SHOWN) bids.shift();
    count = bid.number;
    price = bid.amount;
    row(bids.at(-1), "fresh");
    $("#order").textContent = outOfOrder ? `${outOfOrder} came out of order!` : "Every window has these, in this order.";
    show();
  }

  function load(state) {
    bids.splice(0, bids.length, ...state.latest);
    ({ count, price } = state);
    $("#list").replaceChildren();
    bids.forEach((bid) => row(bid, ""));
  }

  async function bid(amount) {
    $("#refused").hidden = true;
    const answer = auction.send("bid", { bidder: $("#bidder").value.trim() || "somebody", amount }, uuid());
    show();
    try {
      await answer;
    } catch ({ reason }) {
      $("#refused").hidden = false;
      $("#refused").textContent = `Refused: ${reason}`;
    }
    show();
  }

  for (const button of document.querySelectorAll("[data-more]")) {
    button.addEventListener("click", () => bid(price + Number(button.dataset.more)));
  }
  $("#bid").addEventListener("submit", (event) => {
    event.preventDefault();
    bid(Number($("#amount").value));
  });
  $("#cut").addEventListener("click", ({ target }) => {
    cable.turn(!cable.isOff);
    target.textContent = cable.isOff ? "Mend the network" : "Cut the network";
    target.setAttribute("aria-pressed", cable.isOff);
    show();
  });
  $("#copy").addEventListener("click", () => navigator.clipboard?.writeText($("#kill").textContent));
  if (location.port !== "4000") $("#start").textContent += ` --port ${location.port || 80}`;
  $("#bidder").value = `bird ${1 + Math.floor(Math.random() * 30)}`;
  socket.onOpen(async () => ($("#kill").textContent = `kill -9 ${await (await fetch("/pid")).text()}`));
  socket.onClose(show);
  setInterval(show, 500);
  socket.connect();
}

/** What a join has brought. */
function howItBegan(reply) {
  const missed = reply.count - count;
  if (reply.recovered) return missed ? `recovered: ${missed} ${missed === 1 ? "bid" : "bids"} came while it was away` : "recovered: it had missed nothing";
  return reply.recovered === false ? "not recovered: all was loaded anew" : `loaded: ${reply.count} bids so far`;
}

function row(bid, kind) {
  const item = document.createElement("li");
  item.className = kind;
  for (const [name, text] of [["number", bid.number], ["bidder", bid.bidder], ["amount", bid.amount], ["at", bid.position ?? ""]]) {
    item.append(Object.assign(document.createElement("span"), { className: name, textContent: text }));
  }
  $("#list").prepend(item);
  while ($("#list").children.length > SHOWN) $("#list").lastElementChild.remove();
}

/** crypto.randomUUID exists only on https and localhost; this page may also be opened by address. */
function uuid() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
