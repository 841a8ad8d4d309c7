// Starts everything: phoenix.js first, then two sockets, the state of the connection, the frames and the demos.

import { $, $$, command, h } from "./dom.js";
import { Birds } from "./birds.js";
import { showCode } from "./code.js";
import { Frames } from "./frames.js";
import { Line, Network } from "./net.js";
import { Status } from "./status.js";
import { Topics } from "./topics.js";
import { chat } from "./demos/chat.js";
import { dupe } from "./demos/dupe.js";
import { ping } from "./demos/ping.js";
import { recurring } from "./demos/recurring.js";
import { tally } from "./demos/tally.js";
import { user } from "./demos/user.js";
import { wild } from "./demos/wild.js";

const birds = new Birds($("#birds"));
for (const code of $$("[data-command]")) code.textContent = command();
showCode();
const phoenix = await import("/assets/phoenix.mjs").catch(sayWhatIsMissing);
if (phoenix) start(phoenix);

function start(phoenix) {
  const network = new Network();
  const topics = new Topics();
  const frames = new Frames();
  const token = { current: "" };
  let status;

  const line = (path, javaClass, authToken) =>
    new Line({
      phoenix, network, path, javaClass, authToken,
      onChange: () => status?.show(),
      onFrame: (direction, message, wire, from) => {
        frames.add(direction, message, wire, from);
        topics.onFrame(direction, message);
      },
    });
  const plain = line("/socket", "UserSocket");
  const signed = line("/auth_socket", "AuthSocket", () => token.current);
  status = new Status(birds, network, [plain, signed], topics);

  chat(topics, plain, phoenix.Presence);
  ping(topics, plain);
  wild(topics, plain);
  dupe(topics, plain);
  tally(topics, plain);
  recurring(topics, signed, (fresh) => (token.current = fresh));
  user(topics, signed);
  for (const fieldset of $$(".demo fieldset")) fieldset.disabled = false;

  plain.connect();
  connectSigned(signed, network, token);
}

/** A token comes from the server itself; and a new one after each refusal, since a restarted server may have a new secret. */
async function connectSigned(line, network, token) {
  const renew = async () => {
    if (network.isCut) return;
    try {
      const response = await fetch("/token?user=1");
      if (response.ok) token.current = (await response.text()).trim();
    } catch {
      // The server is away: the next refusal asks again.
    }
  };
  await renew();
  line.socket.onError(renew);
  line.connect();
}

function sayWhatIsMissing(error) {
  console.error(error);
  document.documentElement.dataset.mood = "bad";
  $("#state-title").textContent = $("#bar-state").textContent = "Not started";
  $("#state-detail").textContent = "The page could not load its client library, phoenix.js.";
  $(".connection").hidden = $(".frames").hidden = true;
  $("#missing").hidden = false;
  $("#missing").append(
    h("h2", {}, "phoenix.js is missing"),
    h("p", {}, "Node.js was not found when this was built: install Node.js, then run ", h("code", {}, command()), " again."),
    h("p", { class: "quiet" }, "The build takes phoenix.js, the client that browsers use, from npm and puts it at ",
      h("code", {}, "/assets/phoenix.mjs"), ". The server itself needs no Node.js and is running. The browser says: ",
      String(error.message ?? error)),
  );
}
