import { Presence, Socket } from "phoenix";
import type { SocketAt } from "./hello";

const socket = new Socket("/socket") as SocketAt<"/socket">;
const room = socket.channel("room:lobby", { name: "me" });
const who = new Presence(room);
who.onSync(() => { who.list(); });
room.on("said", said => `${said.name}: ${said.text}`);
room.on("presence_state", everybody => everybody["me"]?.metas.map(window => window.node + window.phx_ref));
room.on("presence_diff", diff => Object.keys(diff.joins));
room.join().receive("error", failure => failure.reason);
room.push("say", { text: "hello" }).receive("error", failure => failure.reason);
room.push("typing", { typing: true });

const tally = socket.channel(`tally:${Math.random()}`);
tally.join().receive("ok", reply => reply.position);
tally.push("add", { by: 1, id: "1" }).receive("ok", counted => counted.count + counted.by);
tally.on("count", (counted, position) => [counted.count, position]);

const dupe = socket.channel("dupe");
dupe.on("number", number => number.value);
dupe.push("flood", { numbers: [1, 2], times: 3 }).receive("ok", flooded => flooded.broadcast);

const auth = new Socket("/auth_socket") as SocketAt<"/auth_socket">;
auth.channel("recurring").on("new_token", fresh => fresh.token);
auth.channel("user:1").push("whoami").receive("ok", me => me.user_id);
