// What stands on the page. It knows the elements, and nothing of channels.

const $ = (selector) => document.querySelector(selector);
const MINUTES = 5; // so long one who goes on talking is not named again
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** Makes an element: of a name, with properties, and with children or texts. */
function el(name, properties = {}, ...children) {
  const { data = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** The colour of somebody: one of twelve that the style sheet has. */
function hue(login) {
  let sum = 7;
  for (const char of login) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return sum % 12;
}

const face = (login, name) => el("span", { className: "face", data: { hue: hue(login) }, ariaHidden: "true" }, [...name][0].toUpperCase());

export class View {
  #login;
  #actions;
  #atEnd = true; // whether the last message is in sight

  constructor({ login, ...actions }) {
    this.#login = login;
    this.#actions = actions;
    $("#face").replaceWith(Object.assign(face(login, $(".me b").textContent), { id: "face" }));
    this.#listen();
  }

  missing(text) {
    $("#missing").hidden = false;
    $("#missing").textContent = text;
    throw new Error(text);
  }

  line(mood) {
    document.documentElement.dataset.line = mood;
    $("#state").textContent = mood === "good" ? "Connected" : "Reconnecting";
  }

  /** Whether the user sees the end of the room. */
  isWatched() {
    return this.#atEnd && document.visibilityState === "visible";
  }

  rooms(all, current) {
    const unread = all.reduce((sum, room) => sum + (room === current ? 0 : room.unread), 0);
    document.title = `${unread ? `(${unread}) ` : ""}${current?.title ?? "Birds of a feather"}`;
    $("#elsewhere").hidden = !unread;
    $("#elsewhere").textContent = unread;
    $("#rooms").replaceChildren(...all.map((room) => {
      const count = room === current ? 0 : room.unread;
      const link = el("a", { href: `#${encodeURIComponent(room.slug)}`, data: { room: room.slug } }, el("span", {}, room.title));
      if (room === current) link.ariaCurrent = "page";
      if (count) link.append(el("b", { className: "badge", ariaLabel: `${count} not read` }, count > 99 ? "99+" : count));
      return el("li", {}, link);
    }));
  }

  people(all, rooms, current) {
    const sorted = [...all].sort((a, b) => a.name.localeCompare(b.name));
    $("#count").textContent = all.length;
    $("#people").replaceChildren(...sorted.map(({ login, name, windows }) => {
      const where = [...new Set(windows.map(({ room }) => rooms.get(room)?.title).filter(Boolean))].join(", ");
      return el("li", { data: { login } }, face(login, name),
        el("p", {}, el("b", {}, login === this.#login ? `${name} (you)` : name), el("span", { className: "quiet" }, where || "somewhere")));
    }));
    const typing = sorted
      .filter(({ login, windows }) => login !== this.#login && windows.some((window) => window.typing && window.room === current?.slug))
      .map(({ name }) => name);
    const who = typing.length > 2 ? `${typing.length} people` : typing.join(" and ");
    $("#typing").textContent = typing.length ? `${who} ${typing.length > 1 ? "are" : "is"} typing …` : "\u00a0";
  }

  /** Another room. */
  enter(room) {
    $("#room").textContent = room.title;
    $("#text").placeholder = `Say something in ${room.title}`;
    this.#atEnd = true;
    this.#drawers("");
    this.room(room, "all");
    if (matchMedia("(pointer: fine)").matches) $("#text").focus();
  }

  /** What was said, or what of it has changed. */
  room(room, what) {
    if (what === "read") return;
    const list = $("#said");
    const scroll = $("#scroll");
    const below = scroll.scrollHeight - scroll.scrollTop;
    if (what === "said" || what === "waiting") this.#goOn(room, list);
    else list.replaceChildren(...room.lines.flatMap((line, i) => this.#row(line, room.lines[i - 1], room)), ...this.#waiting(room));
    $("#earlier").hidden = !room.more;
    $("#empty").hidden = !room.isEmpty;
    if (what === "earlier") scroll.scrollTop = scroll.scrollHeight - below;
    else if (what === "all" || this.#atEnd || room.waiting.length) this.#toEnd();
    else if (what === "said") $("#down").hidden = false;
    if (this.isWatched() && room.unread) this.#actions.seen();
  }

  /** Only what is new: who selects a text keeps it selected. */
  #goOn(room, list) {
    list.querySelectorAll(".waiting").forEach((row) => row.remove());
    const drawn = Number(list.lastElementChild?.dataset.number ?? 0);
    room.lines.forEach((line, i) => {
      if (line.number > drawn) list.append(...this.#row(line, room.lines[i - 1], room));
    });
    list.append(...this.#waiting(room));
  }

  #row(line, before, room) {
    const at = new Date(line.at);
    const rows = [];
    const newDay = !before || new Date(before.at).toDateString() !== at.toDateString();
    const firstNew = room.firstNew && line.number > room.firstNew && (!before || before.number <= room.firstNew) && line.by !== this.#login;
    if (newDay) rows.push(el("li", { className: "day" }, el("span", {}, day.format(at))));
    if (firstNew) rows.push(el("li", { className: "day new" }, el("span", {}, "New")));
    const goesOn = !newDay && !firstNew && before.by === line.by && line.at - before.at < MINUTES * 60_000;
    const row = el("li", { className: goesOn ? "line on" : "line", data: { number: line.number } });
    if (line.by === this.#login) row.classList.add("own");
    if (!goesOn) row.append(face(line.by, line.name), el("b", { className: "by", data: { hue: hue(line.by) } }, line.name));
    row.append(el("time", { dateTime: at.toISOString(), title: at.toLocaleString() }, time.format(at)), el("p", { className: "text" }, line.text));
    return [...rows, row];
  }

  #waiting(room) {
    return room.waiting.map(({ text, refused }) =>
      el("li", { className: refused ? "line waiting refused" : "line waiting" },
        el("p", { className: "text" }, text), el("small", {}, refused ?? "on its way …")));
  }

  #toEnd() {
    const scroll = $("#scroll");
    scroll.scrollTop = scroll.scrollHeight;
    this.#atEnd = true;
    $("#down").hidden = true;
  }

  /** On a narrow screen the rooms and the people are drawers: which of them is open. */
  #drawers(open) {
    for (const [button, panel] of [["#menu", "#rooms-panel"], ["#who", "#people-panel"]]) {
      $(panel).classList.toggle("open", panel === open);
      $(button).ariaExpanded = panel === open;
    }
    $("#veil").hidden = !open;
  }

  #listen() {
    const text = $("#text");
    const send = () => {
      if (!text.value.trim()) return;
      this.#atEnd = true;
      this.#actions.say(text.value.trim());
      text.value = "";
      fit();
    };
    const fit = () => {
      text.style.height = "auto";
      text.style.height = `${Math.min(text.scrollHeight + 2, 180)}px`;
    };
    $("#say").addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    text.addEventListener("input", () => {
      fit();
      if (text.value.trim()) this.#actions.typed();
    });
    $("#open").addEventListener("submit", async (event) => {
      event.preventDefault();
      const wrong = await this.#actions.open($("#title").value).then(() => "", ({ message }) => message);
      $("#refused").textContent = wrong;
      $("#refused").hidden = !wrong;
      if (!wrong) $("#title").value = "";
    });
    $("#leave").addEventListener("submit", () => this.#actions.leave());
    $("#earlier").addEventListener("click", () => this.#actions.earlier());
    $("#down").addEventListener("click", () => {
      this.#toEnd();
      this.#actions.seen();
    });
    $("#scroll").addEventListener("scroll", ({ target }) => {
      this.#atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 40;
      if (!this.#atEnd) return;
      $("#down").hidden = true;
      if (this.isWatched()) this.#actions.seen();
    });
    document.addEventListener("visibilitychange", () => this.isWatched() && this.#actions.seen());
    $("#menu").addEventListener("click", () => this.#drawers("#rooms-panel"));
    $("#who").addEventListener("click", () => this.#drawers("#people-panel"));
    $("#veil").addEventListener("click", () => this.#drawers(""));
    addEventListener("keydown", ({ key }) => key === "Escape" && this.#drawers(""));
    $("#rooms").addEventListener("click", ({ target }) => target.closest("a") && this.#drawers(""));
    addEventListener("resize", () => this.#atEnd && this.#toEnd());
  }
}
