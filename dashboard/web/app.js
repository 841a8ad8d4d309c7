// The frame around the pages: where the viewer is, what the connection does, and the keys.

import { History } from "./charts.js";
import { $, h, say, visible } from "./dom.js";
import { age } from "./format.js";
import { listenToKeys } from "./keys.js";
import { Link } from "./link.js";
import { badge, know } from "./nodes.js";
import { read, write } from "./route.js";
import channels from "./pages/channels.js";
import connection from "./pages/connection.js";
import connections from "./pages/connections.js";
import limits from "./pages/limits.js";
import loops from "./pages/loops.js";
import overview from "./pages/overview.js";
import topic from "./pages/topic.js";
import topics from "./pages/topics.js";

const LISTED = [overview, connections, topics, channels, limits, loops];
const PAGES = new Map([...LISTED, connection, topic].map((page) => [page.id, page]));
const LETTERS = { o: "overview", c: "connections", t: "topics", h: "channels", l: "limits", e: "loops" };
const STATES = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", offline: "Offline", refused: "Refused" };
const RETRY_MS = 3000;
const THEMES = ["", "light", "dark"];

const history = new History();
const main = $("#page");
let route = read();
let page; // what is shown: {element, view, …}
let kind; // its definition
let link;
let nodes = [];
let silent = [];
let joined = {};
let paused = false;
let lastView;
let retry;

const context = {
  history,
  route: () => route,
  nodes: () => nodes,
  paused: () => paused,
  mayAct: () => joined.may_act === true,
  go: (changes) => (location.hash = write({ ...route, ...changes })),
  ask: (event, payload) => (link ? link.ask(event, payload) : Promise.reject(new Error("not connected"))),
};

// Where the viewer is

function arrive() {
  const before = route;
  route = read();
  if (!PAGES.has(route.page)) route = { ...route, page: "overview" };
  if (!page || route.page !== before.page || route.id !== before.id || (page.query === undefined && route.node !== before.node)) open();
  else page.moved?.();
  drawFrame();
  look();
}

function open() {
  page?.destroy?.();
  kind = PAGES.get(route.page);
  page = kind.create(context);
  main.replaceChildren(page.element);
  document.title = `${kind.title} · Simurgh`;
  say($("#title"), kind.title);
  scrollTo(0, 0);
  lastView = undefined;
  document.documentElement.dataset.page = kind.id;
}

function look() {
  clearTimeout(retry);
  main.setAttribute("aria-busy", "true");
  const { sort = "", desc = true, limit = 50 } = page.query?.() ?? {};
  link?.look({ page: route.page, node: route.node, id: route.id, text: route.text, offset: route.offset, sort, desc, limit });
}

// What comes from the server

function show(view) {
  lastView = view;
  silent = view.silent ?? [];
  if (view.nodes) learn(view.nodes);
  else if (view.page === "overview") learn(view.data.nodes.map((node) => node.name));
  if (paused) return;
  main.removeAttribute("aria-busy");
  const nothing = Object.keys(view.data).length === 0; // then what was shown stays
  if (!nothing) page.view(view.data, view);
  notice(!nothing ? "" : view.error ? `The server cannot show this: ${visible(String(view.error), 200)}.` : `${visible(route.node || silent.join(", "), 200)} does not answer.`);
  drawNodes();
  drawScope();
  drawFresh();
}

function learn(names) {
  know(names);
  nodes = [...names].sort();
}

const on = {
  joined(reply) {
    joined = reply;
    learn(reply.nodes ?? [reply.node]);
    say($("#viewer"), [reply.viewer && `as ${visible(reply.viewer, 60)}`, reply.may_act ? "" : "read only"].filter(Boolean).join(", "));
    drawNodes();
    page.joined?.();
  },
  state(state, why) {
    document.documentElement.dataset.state = state;
    say($("#state"), STATES[state]);
    notice(state === "refused" ? `The server refused: ${visible(why ?? "", 200)}. Load the page again to try once more.` : state === "live" || state === "connecting" ? "" : `${STATES[state]}: ${lastView ? "what is shown is as it was last" : "nothing has come from the server yet"}.`);
    drawFresh();
  },
  view: show,
  history(loaded) {
    history.load(loaded);
    page.history?.();
  },
  frames: (frames) => page.frames?.(frames),
  nodes(names) {
    learn(names);
    drawNodes();
  },
  problem(why) {
    notice(`The server refused to show this: ${visible(why, 200)}.`);
    clearTimeout(retry);
    retry = setTimeout(look, RETRY_MS); // a node that has gone may come back
  },
};

function notice(text) {
  const place = $("#notice");
  place.hidden = text === "";
  say(place, text);
}

// The frame

function drawFrame() {
  $("#pages").replaceChildren(...LISTED.map((one, i) => {
    const here = one.id === kind.id || one.id === kind.list;
    return h("li", {}, h("a", { href: write({ page: one.id, node: route.node && !kind.list ? route.node : "" }), "aria-current": here ? "page" : null, "aria-keyshortcuts": String(i + 1) }, h("span", {}, one.title), h("kbd", { "aria-hidden": "true" }, String(i + 1))));
  }));
  $('#pages [aria-current]').scrollIntoView({ block: "nearest", inline: "nearest" });
  drawNodes();
  drawScope();
}

function drawNodes() {
  const entry = (node, content) => h("li", {}, h("a", { href: write({ ...route, node, offset: 0, ...(kind.list ? { page: kind.list, id: "" } : {}) }), "aria-current": route.node === node ? "true" : null, class: silent.includes(node) ? "silent" : null }, content, silent.includes(node) ? h("span", { class: "quiet" }, " silent") : null));
  const drawn = [entry("", "All nodes"), ...nodes.map((node) => entry(node, badge(node)))];
  const list = $("#nodes");
  const same = list.children.length === drawn.length && drawn.every((one, i) => one.isEqualNode(list.children[i]));
  if (!same) list.replaceChildren(...drawn);
}

function drawScope() {
  const words = [];
  if (route.node) words.push(visible(route.node, 80));
  else if (nodes.length > 1) words.push(`${nodes.length} nodes`);
  if (silent.length > 0) words.push(`no answer from ${silent.map((node) => visible(node, 60)).join(", ")}`);
  say($("#scope"), words.join(" · "));
  $("#scope").classList.toggle("bad", silent.length > 0);
}

/** Nothing while all is well; else how old it is. */
function drawFresh() {
  const old = lastView && document.documentElement.dataset.state !== "live" ? `as of ${age((Date.now() - lastView.received) / 1000)} ago` : "";
  say($("#fresh"), paused ? ["held", old].filter(Boolean).join(", ") : old);
}

function hold() {
  paused = !paused;
  $("#pause").setAttribute("aria-pressed", String(paused));
  say($("#pause"), paused ? "Go on" : "Hold");
  document.documentElement.toggleAttribute("data-held", paused);
  if (!paused && lastView) show(lastView);
  drawFresh();
}

function turnTheme() {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "") + 1) % THEMES.length];
  if (next) root.dataset.theme = next;
  else delete root.dataset.theme;
  if (next) localStorage.setItem("simurgh-dashboard-theme", next);
  else localStorage.removeItem("simurgh-dashboard-theme");
  recolour();
}

function recolour() {
  const chosen = document.documentElement.dataset.theme;
  say($("#theme"), chosen ? chosen[0].toUpperCase() + chosen.slice(1) : "Auto");
  page?.recolour?.();
}

// The keys

function search() {
  const field = $('input[type="search"]', main);
  if (!field) return context.go({ page: "connections", id: "", text: "", sort: "", offset: 0 });
  field.focus();
  field.select();
}

/** Out of what one is in: a field, a table, a detail. */
function back(event) {
  if (event.target.matches?.("input")) return event.target.blur();
  if (main.contains(document.activeElement)) return document.activeElement.blur();
  if (kind.list) return context.go({ page: kind.list, id: "", node: "", text: "", sort: "", offset: 0 });
  if (route.text) return context.go({ text: "", offset: 0 });
  return false;
}

const move = (by) => page.tables.some((table) => (table.element.contains(document.activeElement) || page.tables.length === 1 || !main.contains(document.activeElement)) && table.move(by));

const goTo = (id) => context.go({ page: id, id: "", text: "", sort: "", desc: true, offset: 0, node: kind.list ? "" : route.node });

const KEYS = [
  ["1 … 6", "The pages; g and o, c, t, h, l, e as well"],
  ["/", "Search"],
  ["j k, ↓ ↑", "From row to row"],
  ["Enter", "Open"],
  ["[ ]", "The page before, the next"],
  ["Esc", "Out of it, or back to the list"],
  ["t", "Tap a topic, and stop"],
  ["p", "Hold what is shown, and go on"],
  ["d", "Light, dark, or as the system"],
  ["?", "This"],
];

const actions = {
  "?": () => $("#help").showModal(),
  "/": search,
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  "[": () => page.page?.(-1),
  "]": () => page.page?.(1),
  Escape: back,
  p: hold,
  d: turnTheme,
  t: (event) => (page.keys?.t ? page.keys.t(event) : false),
  ...Object.fromEntries(LISTED.map((one, i) => [String(i + 1), () => goTo(one.id)])),
  ...Object.fromEntries(Object.entries(LETTERS).map(([letter, id]) => [`g ${letter}`, () => goTo(id)])),
};

async function start() {
  $("#keys").append(...KEYS.map(([key, words]) => h("div", {}, h("dt", {}, key.split(" ").map((one) => (one === "…" ? " … " : h("kbd", {}, one.replace(",", ""))))), h("dd", {}, words))));
  $("#pause").addEventListener("click", hold);
  $("#theme").addEventListener("click", turnTheme);
  $("#help-open").addEventListener("click", () => $("#help").showModal());
  addEventListener("hashchange", arrive);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  setInterval(drawFresh, 1000);
  arrive();
  recolour();
  listenToKeys(actions);
  const phoenix = await import("./lib/phoenix.js").catch(() => null);
  if (!phoenix || typeof uPlot === "undefined") return notice("phoenix.js and uPlot are missing: the module was built without Node.js. Install Node.js with npm and build it again.");
  link = new Link(phoenix, { ...on, view: (view) => show({ ...view, received: Date.now() }) });
  look();
  link.open();
}

start();
