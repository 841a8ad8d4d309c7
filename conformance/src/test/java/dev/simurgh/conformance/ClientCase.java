package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.conformance.ClientLibrary.Ability;
import dev.simurgh.conformance.ClientTalk.Peer;
import dev.simurgh.conformance.ClientTalk.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases, each written once for all libraries. */
record ClientCase(String name, Set<Ability> needs, Body body) {
    static final List<ClientCase> ALL = List.of(
            of("join: ok, with what the channel replies", ClientCase::joinOk),
            of("join: refused, with the reason", ClientCase::joinRefused),
            of("join: crashed", ClientCase::joinCrashed),
            of("join twice: the newer one stays", ClientCase::joinTwice, Ability.JOIN_REF),
            of("leave: answered, and nothing more arrives", ClientCase::leave),
            of("push: reply", ClientCase::pushReply),
            of("push: error", ClientCase::pushError),
            of("push: no reply", ClientCase::pushNoReply),
            of("push: the server pushes back", ClientCase::pushedTo),
            of("broadcast: reaches all, the sender included", ClientCase::broadcast),
            of("broadcastFrom: reaches all but the sender", ClientCase::broadcastFrom),
            of("intercept: the channel rewrites a broadcast", ClientCase::intercept),
            of("dedupe: held back and sent once", ClientCase::dedupe),
            of("kept topic: each message has a position for a ref, which disturbs nobody", ClientCase::kept),
            of("crash: one topic rejoins, the other notices nothing", ClientCase::crash),
            of(
                    "params: the function is called again for a rejoin",
                    ClientCase::paramsFunction,
                    Ability.PARAMS_FUNCTION),
            of("binary: reply, error, push and join reply", ClientCase::binary, Ability.BINARY),
            of("binary: broadcast", ClientCase::binaryBroadcast, Ability.BINARY),
            of("origin: refused and accepted", ClientCase::origin, Ability.ORIGIN),
            of("a frame of the library's own ends nothing", ClientCase::ownFrame, Ability.OWN_FRAMES),
            of("disconnected by the server: reconnects and rejoins", ClientCase::disconnected, Ability.TOKEN_PARAM),
            of("presence: who comes, changes and goes", PresenceCases::comeAndGo),
            of("presence: each window and each change of a user", PresenceCases::severalMetas, Ability.SEVERAL_METAS),
            of("presence: two windows of its own", PresenceCases::twoWindows, Ability.JOIN_REF, Ability.SEVERAL_METAS),
            of("presence: disconnected", PresenceCases::disconnected, Ability.SEVERAL_METAS, Ability.ENDS_AT_ONCE),
            of("presence: any key", PresenceCases::oddKeys, Ability.JOIN_PARAMS, Ability.ANY_KEY),
            of("presence: a channel that rejoins is there once", PresenceCases::rejoin),
            of("fallback: joins over long polling", ClientCase::fallback, Ability.FALLBACK),
            of("server killed and started again: rejoins", ClientCase::serverKilled));

    /** What a case does. */
    interface Body {
        void run(ClientTalk talk) throws Exception;
    }

    private static ClientCase of(String name, Body body, Ability... needs) {
        return new ClientCase(name, Set.of(needs), body);
    }

    boolean suits(ClientLibrary library) {
        return needs.stream().allMatch(library::can);
    }

    private static void joinOk(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        peer.join("room:lobby").joined(Map.of());
        peer.join("room:welcome").joined();
    }

    private static void joinRefused(ClientTalk talk) throws Exception {
        talk.connect().join("room:private").refused(Map.of("reason", "unauthorized"));
    }

    private static void joinCrashed(ClientTalk talk) throws Exception {
        talk.connect().join("crash:join").refused(Map.of("reason", "join crashed"));
    }

    private static void joinTwice(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        Topic first = peer.join("room:twice").joined();
        Topic second = peer.join("room:twice").joined();
        first.sees("closed");
        second.echoes();
        second.sawNothingElse();
    }

    private static void leave(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        Topic left = peer.join("room:goodbye", "you_left", "shout").joined();
        Topic other = peer.join("room:other").joined();
        Topic stays = talk.connect().join("room:goodbye", "shout").joined();
        left.leave();
        left.sees("left");
        talk.server().broadcast("room:goodbye", "shout", "{\"n\":1}");
        stays.receives("shout", Map.of("n", 1));
        other.echoes();
        left.sawNoEvent();
    }

    private static void pushReply(ClientTalk talk) throws Exception {
        Topic room = talk.connect().join("room:lobby").joined();
        Map<String, ?> payload = Map.of("text", "né\u2028 😀", "list", List.of(1, "two"), "map", Map.of("deep", false));
        room.push("echo", payload);
        room.replies("ok", payload);
    }

    private static void pushError(ClientTalk talk) throws Exception {
        Topic ping = talk.connect().join("ping").joined();
        ping.push("param_ping", Map.of("error", true));
        ping.replies("error", Map.of("reason", "You asked for this!"));
    }

    private static void pushNoReply(ClientTalk talk) throws Exception {
        Topic ping = talk.connect().join("ping").joined();
        ping.pushFor(Duration.ofMillis(100), "pong", Map.of());
        ping.timesOut();
        ping.push("ping", Map.of());
        ping.replies("ok", Map.of("ping", "pong"));
    }

    private static void pushedTo(ClientTalk talk) throws Exception {
        Topic room = talk.connect().join("room:pushy", "after_join", "pushed").joined();
        room.receives("after_join", Map.of("topic", "room:pushy"));
        room.push("push_then_reply", Map.of());
        room.receives("pushed", Map.of("n", 1));
        room.replies("ok", Map.of("done", true));
    }

    private static void broadcast(ClientTalk talk) throws Exception {
        Topic one = talk.connect().join("room:lobby", "shout").joined();
        Topic two = talk.connect().join("room:lobby", "shout").joined();
        one.push("shout", Map.of("n", 1));
        one.receives("shout", Map.of("n", 1));
        two.receives("shout", Map.of("n", 1));
    }

    private static void broadcastFrom(ClientTalk talk) throws Exception {
        Topic one = talk.connect().join("room:lobby", "shout").joined();
        Topic two = talk.connect().join("room:lobby", "shout").joined();
        one.push("shout_from", Map.of("n", 1));
        two.receives("shout", Map.of("n", 1));
        one.echoes();
        one.sawNothingElse();
    }

    private static void kept(ClientTalk talk) throws Exception {
        Topic one = talk.connect().join("kept:clients").joined();
        Topic two = talk.connect().join("kept:clients", "put").joined();
        for (int n = 1; n <= 3; n++) {
            one.push("put", Map.of("n", n));
            two.receives("put", Map.of("n", n));
            one.sees("reply ok");
        }
        two.sawNothingElse();
    }

    private static void intercept(ClientTalk talk) throws Exception {
        Topic ping = talk.connect().join("ping", "send_ping", "request_ping").joined();
        talk.server().broadcast("ping", "request_ping", "{\"n\":1}");
        assertThat(ping.receives("send_ping").path("from_node").asText()).isNotEmpty();
        ping.push("ping", Map.of());
        ping.replies("ok", Map.of("ping", "pong"));
        ping.sawNothingElse();
    }

    private static void dedupe(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        Topic dupe = peer.join("dupe", "number").joined();
        Topic room = peer.join("room:lobby").joined();
        for (int number : new int[] {1, 2, 1, 2, 3}) {
            talk.server().broadcast("dupe", "number", "{\"number\":" + number + "}");
        }
        for (int number = 1; number <= 3; number++) {
            dupe.receives("number", Map.of("value", number));
        }
        room.echoes();
        dupe.sawNothingElse();
    }

    private static void crash(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        Topic crashing = peer.join("crash:lobby").joined();
        Topic other = peer.join("room:lobby").joined();
        crashing.push("crash", Map.of());
        crashing.sees("error");
        crashing.joined();
        crashing.echoes();
        other.echoes();
        other.sawNothingElse();
    }

    private static void paramsFunction(ClientTalk talk) throws Exception {
        Topic room = talk.connect().joinCounted("room:welcome");
        room.joined(Map.of("you_sent", Map.of("count", 1)));
        room.push("no such event", Map.of());
        room.sees("error");
        room.joined(Map.of("you_sent", Map.of("count", 2)));
    }

    private static void binary(ClientTalk talk) throws Exception {
        byte[] bytes = {0, 1, -1, 127, -128};
        Peer peer = talk.connect();
        peer.join("bin:reply").joined(new byte[] {1, 2, 3});
        Topic bin = peer.join("bin:lobby", "bin_push").joined();
        bin.push("bin", bytes);
        bin.replies("ok", bytes);
        bin.push("bin_error", bytes);
        bin.replies("error", bytes);
        bin.push("bin_size", new byte[100_000]);
        bin.replies("ok", Map.of("size", 100_000));
        bin.push("bin_push", bytes);
        bin.receives("bin_push", bytes);
        bin.push("bin", new byte[0]);
        bin.replies("ok", new byte[0]);
    }

    private static void binaryBroadcast(ClientTalk talk) throws Exception {
        byte[] bytes = {0, 1, -1, 127, -128};
        Topic one = talk.connect().join("bin:lobby", "bin_cast").joined();
        Topic two = talk.connect().join("bin:lobby", "bin_cast").joined();
        one.push("bin_cast", bytes);
        one.receives("bin_cast", bytes);
        two.receives("bin_cast", bytes);
    }

    private static void origin(ClientTalk talk) throws Exception {
        Peer refused = talk.connect("/strict_socket", Map.of());
        refused.sees("closed");
        Peer accepted = talk.connect("/host_socket", Map.of());
        accepted.sees("open");
        accepted.join("room:lobby").joined();
        refused.neverSaw("open");
    }

    /** Phoenix ends the connection over such a frame. */
    private static void ownFrame(ClientTalk talk) throws Exception {
        Topic room = talk.connect().join("room:lobby", "shout").joined();
        room.push("broadcast", Map.of("event", "shout", "payload", Map.of("n", 1)));
        room.replies("ok", Map.of());
        room.echoes();
        room.sawNothingElse();
    }

    private static void fallback(ClientTalk talk) throws Exception {
        Peer peer = talk.connect();
        peer.opensOver("LongPoll");
        peer.join("room:lobby").joined().echoes();
    }

    private static void disconnected(ClientTalk talk) throws Exception {
        String token = talk.server().get("/token", Map.of("id", "7"));
        Peer peer = talk.connect("/auth_socket", Map.of("token", token));
        Topic ping = peer.join("ping").joined();
        talk.server().get("/disconnect", Map.of("id", "auth_socket:7"));
        ping.sees("error");
        ping.joined();
        ping.push("ping", Map.of());
        ping.replies("ok", Map.of("ping", "pong"));
    }

    private static void serverKilled(ClientTalk talk) throws Exception {
        Topic room = talk.connect().join("room:lobby", "shout").joined();
        talk.server().broadcast("room:lobby", "shout", "{\"n\":1}");
        room.receives("shout", Map.of("n", 1));
        PresenceCases.Check presences = talk.can(Ability.SEVERAL_METAS) ? PresenceCases.serverKilled(talk) : () -> {};
        ServerProcess.Standby next = talk.server().standby();
        talk.server().kill();
        room.sees("error");
        talk.server().start(next);
        room.rejoinedWithin(Duration.ofSeconds(10));
        talk.server().broadcast("room:lobby", "shout", "{\"n\":2}");
        room.receives("shout", Map.of("n", 2));
        presences.run();
    }
}
