package dev.simurgh.channel;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.protocol.Frame;
import dev.simurgh.pubsub.ManualLoop;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client as the tests see it: sends messages, and says what it should get. Its refs and join_refs are those the test chooses. */
final class Client {
    private final Rig rig;
    private final ManualLoop loop;
    private final Map<String, String> joinRefs = new HashMap<>();
    final Vsn vsn;
    final FakeTransport transport;
    final Connection connection;

    Client(Rig rig, ManualLoop loop, Vsn vsn, Handshake.Accepted accepted) {
        this.rig = rig;
        this.loop = loop;
        this.vsn = vsn;
        this.transport = new FakeTransport(loop);
        Connection[] opened = new Connection[1];
        loop.turn(() -> opened[0] = accepted.open(transport));
        this.connection = opened[0];
        transport.whenGone(connection::transportClosed);
    }

    Client join(String ref, String topic) {
        return join(ref, topic, "{}");
    }

    Client join(String ref, String topic, String payload) {
        joinRefs.put(topic, ref);
        return send(vsn.message(ref, ref, topic, "phx_join", payload));
    }

    /** Joins, lets everything happen, and forgets the reply. */
    Client joined(String ref, String topic) {
        join(ref, topic);
        received();
        return this;
    }

    Client push(String ref, String topic, String event) {
        return push(ref, topic, event, "{}");
    }

    Client push(@Nullable String ref, String topic, String event, String payload) {
        return send(vsn.message(joinRefs.get(topic), ref, topic, event, payload));
    }

    Client leave(String ref, String topic) {
        return push(ref, topic, "phx_leave", "{}");
    }

    Client send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Client send(byte[] bytes) {
        loop.turn(() -> connection.textReceived(bytes, 0, bytes.length));
        return this;
    }

    Client sendBinary(byte[] bytes) {
        loop.turn(() -> connection.binaryReceived(bytes, 0, bytes.length));
        return this;
    }

    /** Takes nothing of what it asked for. */
    void behind() {
        loop.turn(connection::clientBehind);
    }

    void caughtUp() {
        loop.turn(connection::clientCaughtUp);
    }

    /** Sends a frame that is for the transport alone. */
    void control() {
        loop.turn(() -> connection.controlReceived(0));
    }

    /** Breaks the connection off. */
    void vanish() {
        loop.turn(connection::transportClosed);
    }

    /** Lets everything happen that can, then takes what has come since the last time. */
    List<String> received() {
        rig.settle();
        return frames();
    }

    /** Takes what has come since the last time. */
    List<String> frames() {
        List<String> taken = transport.frames.stream().map(Frame::toString).toList();
        transport.frames.clear();
        return taken;
    }

    // What it should get, for its latest join of the topic.

    String ok(String ref, String topic) {
        return ok(ref, topic, "{}");
    }

    String ok(@Nullable String ref, String topic, String response) {
        return reply(ref, topic, "ok", response);
    }

    String reply(@Nullable String ref, String topic, String status, String response) {
        return vsn.reply(joinRefs.get(topic), ref, topic, status, response);
    }

    String error(String ref, String topic, String reason) {
        return vsn.error(joinRefs.get(topic), ref, topic, reason);
    }

    String unmatched(String ref, String topic) {
        return vsn.error(null, ref, topic, "unmatched topic");
    }

    String pushed(String topic, String event, String payload) {
        return vsn.push(joinRefs.get(topic), topic, event, payload);
    }

    String broadcast(String topic, String event, String payload) {
        return vsn.push(null, topic, event, payload);
    }

    String closed(String topic) {
        return vsn.close(String.valueOf(joinRefs.get(topic)), topic);
    }

    String crashed(String topic) {
        return vsn.crash(String.valueOf(joinRefs.get(topic)), topic);
    }
}
