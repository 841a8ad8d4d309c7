import { Socket } from "phoenix";
import type { SocketAt } from "./hello";

const socket = new Socket("/socket") as SocketAt<"/socket">;
const room = socket.channel("room:lobby", { name: "me" });
const dupe = socket.channel("dupe");
room.push("say", { txt: "hello" });
room.push("shout", { text: "hello" });
room.on("said", said => said.body);
room.on("presence_state", everybody => everybody["me"]?.metas.map(window => window.nod));
dupe.on("number", number => number.number);
dupe.push("flood", { numbers: [1, "2"], times: 3 });
socket.channel("user:1");
socket.channel("room:lobby", { nickname: "me" });
