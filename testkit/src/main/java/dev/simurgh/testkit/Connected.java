package dev.simurgh.testkit;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connected client. */
public final class Connected implements AutoCloseable {
    private final ChannelCase kit;
    private final Handshake.Accepted accepted;
    private final Connection connection;
    private final SocketSpec spec;
    private final List<Join> joins = new ArrayList<>();
    private final Map<Ref, String> sent = new ConcurrentHashMap<>();
    private @Nullable String closed;
    private Consumer<Frame> overhearing = frame -> {};

    Connected(ChannelCase kit, SocketSpec spec, Handshake.Accepted accepted, EventLoop loop) {
        this.kit = kit;
        this.spec = spec;
        this.accepted = accepted;
        Connection[] opened = new Connection[1];
        kit.turnOnly(() -> opened[0] = accepted.open(new Client(loop))); // which may close it as soon as anything runs
        this.connection = opened[0];
    }

    /** The name of the socket, if it has one. */
    public Optional<String> id() {
        return accepted.id();
    }

    /** What {@code connect} found out. */
    public Assigns assigns() {
        return accepted.assigns();
    }

    /** As {@link #join(String, Object)}, with an empty payload. */
    public Joined join(String topic) {
        return join(topic, Payload.EMPTY);
    }

    /**
     * Joins a topic, without hearing its broadcasts other than as the client that it is.
     *
     * @throws AssertionError if the join is refused or crashes; shows the reply
     */
    public Joined join(String topic, Object payload) {
        return tryJoin(topic, payload).assertOk();
    }

    /** As {@link #subscribeAndJoin(String, Object)}, with an empty payload. */
    public Joined subscribeAndJoin(String topic) {
        return subscribeAndJoin(topic, Payload.EMPTY);
    }

    /**
     * Joins a topic, and hears its broadcasts, for {@link Joined#assertBroadcast}.
     *
     * @throws AssertionError if the join is refused or crashes; shows the reply
     */
    public Joined subscribeAndJoin(String topic, Object payload) {
        Subscribed subscribed = kit.subscribe(topic);
        return attempt(topic, payload, subscribed).assertOk();
    }

    /** As {@link #tryJoin(String, Object)}, with an empty payload. */
    public JoinAttempt tryJoin(String topic) {
        return tryJoin(topic, Payload.EMPTY);
    }

    /** Joins a topic, and may be refused. The payload is a record, a map or whatever the codec encodes, bytes, or a {@link Payload}. */
    public JoinAttempt tryJoin(String topic, Object payload) {
        return attempt(topic, payload, null);
    }

    /** As {@link #resumeFrom(String, String, Map)}, without parameters of the application's. */
    public Joined resumeFrom(String position, String topic) {
        return resumeFrom(position, topic, Map.of());
    }

    /**
     * Joins a kept topic as a client that has been there and has everything up to a position, such as {@link Joined#position}: what it has missed since
     * comes behind the reply. {@link Joined#assertRecovered} tells whether that is all of it.
     *
     * @throws AssertionError if the join is refused or crashes; shows the reply
     */
    public Joined resumeFrom(String position, String topic, Map<String, ?> params) {
        Map<String, Object> all = new LinkedHashMap<>(params);
        all.put(Protocol.POSITION, position);
        return join(topic, all);
    }

    private JoinAttempt attempt(String topic, Object payload, @Nullable Subscribed subscribed) {
        Join join = new Join(kit, this, topic, kit.nextRef(), subscribed);
        joins.add(join);
        send(join.ref, join.ref, topic, Protocol.PHX_JOIN, payload);
        return new JoinAttempt(join);
    }

    /** Breaks the connection off, as a client that goes away does: its channels end with {@code CLOSED}. */
    @Override
    public void close() {
        kit.turn(connection::transportClosed);
    }

    /**
     * Asserts that the connection was closed from here with a close code, such as {@code CloseCode.GOING_AWAY} after {@code
     * endpoint().disconnect(id)}.
     *
     * @throws AssertionError if not
     */
    public void assertClosed(int code) {
        kit.await(kit.patience(), () -> isClosed(code) ? this : null, () -> closeFailure("closed: " + code));
    }

    /**
     * Asserts that the connection was not closed from here.
     *
     * @throws AssertionError if it was
     */
    public void refuteClosed() {
        kit.rest(kit.patience(), "refuteClosed");
        if (closed != null) {
            throw closeFailure("open");
        }
    }

    /**
     * Asserts that the connection was not closed from here with a close code.
     *
     * @throws AssertionError if it was
     */
    public void refuteClosed(int code) {
        kit.rest(kit.patience(), "refuteClosed");
        if (isClosed(code)) {
            throw closeFailure("not closed: " + code);
        }
    }

    private boolean isClosed(int code) {
        return closed != null && closed.matches(code + "( .*)?");
    }

    private AssertionError closeFailure(String expected) {
        String got = closed == null ? "open" : "closed: " + closed;
        return new AssertionError("connection\n  expected: " + expected + "\n  got:      " + got);
    }

    // For the rest of the kit.

    /** Hears what comes to the client, as it stands on the wire. */
    void overhear(Consumer<Frame> listener) {
        overhearing = listener;
    }

    /** With what code and reason the connection was closed from here, if it was. */
    @Nullable
    String closed() {
        return closed;
    }

    void send(Ref joinRef, Ref ref, String topic, String event, Object payload) {
        sent.put(ref, event);
        send(Wire.push(joinRef, ref, topic, event, kit.encoded(payload)));
    }

    /** What is too long for the server is so here, and ends as it does there. */
    void send(Frame frame) {
        int maxMessageBytes = spec.limits().maxMessageBytes();
        kit.turn(() -> {
            if (frame.length() > maxMessageBytes) {
                end(CloseCode.TOO_BIG, "message over " + maxMessageBytes + " bytes");
            } else if (frame.binary()) {
                connection.binaryReceived(frame.bytes(), 0, frame.length());
            } else {
                connection.textReceived(frame.bytes(), 0, frame.length());
            }
        });
    }

    private void end(int code, String reason) {
        if (closed == null) {
            closed = (code + " " + reason).strip();
            connection.transportClosed(code, reason);
        }
    }

    void inspect(String topic, BiConsumer<Object, Socket> look) {
        kit.turn(() -> kit.endpoint().backstage().inspect(connection, topic, look));
    }

    /** The join that a frame is for: the one that it names, or else the latest of its topic. */
    private Optional<Join> join(Ref joinRef, String topic) {
        return joins.stream()
                .filter(join -> join.topic.equals(topic))
                .filter(join -> joinRef.isNone() || join.ref.equals(joinRef))
                .reduce((earlier, later) -> later);
    }

    /** The network side, as the connection sees it. */
    private final class Client implements Transport {
        private final EventLoop loop;

        Client(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public EventLoop eventLoop() {
            return loop;
        }

        @Override
        public void send(Frame frame) {
            overhearing.accept(frame);
            Wire.Arrived arrived = Wire.read(frame);
            join(arrived.joinRef(), arrived.topic()).ifPresent(join -> join.arrived(arrived));
            if (!arrived.isPosition()) {
                Inbox.Item item = arrived.item();
                kit.undeclared().arrived(spec, arrived.topic(), item, sent.get(item.ref()));
            }
        }

        @Override
        public void sendShared(Frame frame) {
            send(frame);
        }

        @Override
        public void close(int code, String reason) {
            if (closed == null) {
                closed = (code + " " + reason).strip();
                loop.execute(connection::transportClosed);
            }
        }

        @Override
        public void channelEnded(String topic, Ref joinRef, StopReason reason) {
            join(joinRef, topic).ifPresent(join -> join.stopped = reason);
        }

        @Override
        public void callbackThrew(String topic, Ref joinRef, Throwable thrown) {
            join(joinRef, topic).ifPresent(join -> join.threw(thrown));
        }

        @Override
        public void pauseReading() {} // what a test sends must arrive

        @Override
        public void resumeReading() {}
    }

    @Override
    public String toString() {
        return "Connected" + joins.stream().map(join -> join.topic).toList();
    }
}
