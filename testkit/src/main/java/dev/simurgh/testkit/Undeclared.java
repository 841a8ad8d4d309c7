package dev.simurgh.testkit;

import dev.simurgh.channel.ChannelProtocol;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What channels say to their clients and do not declare, though their specs declare something of it. For any thread. */
final class Undeclared {
    private static final Logger log = LoggerFactory.getLogger(ChannelCase.class);

    /** What has been logged by any case of this JVM: once is enough. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /** What the protocol adds to the replies of kept topics. */
    private static final Set<String> ADDED = Set.of(Protocol.POSITION, Protocol.RECOVERED);

    private static final Set<String> REASON = Set.of(Protocol.REASON);

    private final Set<String> found = new LinkedHashSet<>();

    /** @param event what a reply answers */
    void arrived(SocketSpec socket, String topic, Item item, @Nullable String event) {
        String pattern = socket.patternOf(topic).orElse("");
        var spec = socket.channels().get(pattern);
        if (spec == null || !spec.protocol().declaresWhatClientsGet()) {
            return;
        }
        if (item.kind() == Kind.PUSH) {
            pushed(pattern, spec.protocol(), item.name());
        } else if (item.kind() == Kind.REPLY && event != null) {
            replied(pattern, spec.protocol(), item, event);
        }
    }

    private void pushed(String pattern, ChannelProtocol protocol, String event) {
        boolean isBroadcast = protocol.broadcasts().containsKey(event)
                && !protocol.intercepts().containsKey(event);
        if (!isBroadcast && !protocol.pushes().containsKey(event)) {
            add(pattern + ": \"" + event + "\" came to a client undeclared (expected: pushes(\"" + event
                    + "\", …) or broadcasts(\"" + event + "\", …) in the spec)");
        }
    }

    private void replied(String pattern, ChannelProtocol protocol, Item reply, String event) {
        boolean isJoin = event.equals(Protocol.PHX_JOIN);
        if (!isJoin && !protocol.events().containsKey(event)) {
            return; // what handleAny answers cannot be declared
        }
        Map<String, ?> declared = isJoin ? protocol.joinReplies() : protocol.replies(event);
        String status = reply.name();
        if (declared.containsKey(status) || isPlain(status, reply.payload())) {
            return;
        }
        String arguments = isJoin ? "joinReplies(" : "replies(\"" + event + "\", ";
        String ofStatus = status.equals(Protocol.OK) ? "" : "\"" + status + "\", ";
        add(pattern + ": a reply \"" + status + "\" to " + (isJoin ? "a join" : "\"" + event + "\"")
                + " was undeclared (expected: " + arguments + ofStatus + "…) in the spec)");
    }

    /** An empty reply, and a reason with an error, say nothing that must be declared. */
    private static boolean isPlain(String status, Payload payload) {
        if (!(payload instanceof Payload.Json json) || !Json.show(json).startsWith("{")) {
            return false;
        }
        return status.equals(Protocol.ERROR)
                ? !Json.same(json, Json.without(json, REASON)) || Json.same(json, Payload.EMPTY)
                : status.equals(Protocol.OK) && Json.same(Json.without(json, ADDED), Payload.EMPTY);
    }

    private synchronized void add(String line) {
        found.add(line);
    }

    /** Logs what no case has logged before. */
    synchronized void warn() {
        found.stream().filter(TOLD::add).forEach(log::warn);
    }

    /** Begins anew. */
    synchronized void forget() {
        found.clear();
    }

    /** An error that shows all of it; null if there is nothing. */
    synchronized @Nullable AssertionError report() {
        return found.isEmpty()
                ? null
                : new AssertionError("said undeclared by the code under test\n  " + String.join("\n  ", found));
    }
}
