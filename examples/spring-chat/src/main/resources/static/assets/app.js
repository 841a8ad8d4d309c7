// The chat's page: connects, and has the rooms, the people and what is typed meet. What it shows stands in view.js, what it knows of a
// room in room.js, and what makes messages safe in kept.js.

import { Room } from "./room.js";
import { View } from "./view.js";

const login = document.querySelector('meta[name="login"]').content;
const rooms = new Map(); // by slug
let current; // the room that is shown
let people = []; // who is here, each with their windows
let typing = false;
let leaving = false;
let quiet; // the timer after which typing has ended

const view = new View({
  login,
  select: (slug) => (location.hash = slug),
  async open(title) {
    const { slug } = await ask(lobby, "open", { title });
    location.hash = encodeURIComponent(slug);
  },
  say(text) {
    tell(false);
    current?.say(text);
  },
  typed: () => tell(true),
  earlier: () => current?.earlier(),
  seen: () => current?.markRead(),
  leave: () => (leaving = true),
});

const phoenix = await import("/assets/phoenix.mjs").catch(() =>
  view.missing("phoenix.js is missing: install Node.js with npm, then run ./simurgh spring-chat again."));
const socket = new phoenix.Socket("/socket");

// Where everybody is: which rooms there are, and who is here.
const lobby = socket.channel("lobby", () => ({ room: current?.slug ?? "", typing: false }));
const presence = new phoenix.Presence(lobby);
presence.onSync(() => {
  people = presence.list((who, { metas }) => ({ login: who, name: metas[0].name, windows: metas }));
  view.people(people, rooms, current);
});
lobby.on("room", (room) => {
  add(room);
  show();
});
lobby.join().receive("ok", ({ rooms: all }) => {
  all.forEach(add);
  if (!current) select();
  show();
});

// What the other windows of this user have read.
const own = socket.channel(`user:${login}`);
own.on("read", ({ room, number }) => rooms.get(room)?.readUpTo(number));
own.join();

function add({ slug, title }) {
  if (rooms.has(slug)) return;
  rooms.set(slug, new Room(socket, slug, title, login, { changed, watched: (room) => room === current && view.isWatched() }));
}

/** A room has something new; what, if it is the one that is shown. */
function changed(room, what) {
  if (room === current) view.room(room, what);
  view.rooms([...rooms.values()], current);
}

function select() {
  const room = rooms.get(named()) ?? rooms.values().next().value;
  if (!room || room === current) return;
  tell(false);
  current = room;
  view.enter(room);
  room.enter();
  lobby.push("here", { room: room.slug, typing: false });
  show();
}

/** The room of the address, which anybody may have made a link of. */
function named() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return undefined;
  }
}

function show() {
  view.rooms([...rooms.values()], current);
  view.people(people, rooms, current);
}

/** Tells the others whether somebody types here; that ends by itself. */
function tell(now) {
  clearTimeout(quiet);
  if (now) quiet = setTimeout(() => tell(false), 4_000);
  if (now === typing || !current) return;
  typing = now;
  lobby.push("here", { room: current.slug, typing });
}

/** Resolves with the answer to a push. */
function ask(channel, event, payload) {
  return new Promise((resolve, reject) =>
    channel.push(event, payload)
      .receive("ok", resolve)
      .receive("error", ({ reason }) => reject(new Error(reason)))
      .receive("timeout", () => reject(new Error("No answer yet. Try again in a moment."))));
}

/** Who is not let in any more, since they have left in another window, is shown the door. */
async function stillIn() {
  if (leaving) return;
  const answer = await fetch("/", { method: "HEAD", redirect: "manual" }).catch(() => undefined);
  if (answer?.type === "opaqueredirect") location.assign("/login");
}

addEventListener("hashchange", select);
socket.onOpen(() => {
  typing = false;
  view.line("good");
});
socket.onClose(() => {
  view.line("wait");
  stillIn();
});
socket.connect();
