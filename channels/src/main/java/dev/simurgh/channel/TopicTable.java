package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The topics of one connection: which channel a message is for, and which join has its turn. On the event loop.
 *
 * <p>A topic has one channel at a time. A join of a topic that is joined already ends the earlier one, and waits for that as a {@link
 * Succession}; if the earlier one hangs, then only for a while. Joins that a still newer one overtakes are answered without being run. What
 * has been started and has not ended yet counts against {@code maxChannels}, whether its client still knows of it or not: only that bounds
 * the threads that one client can hold.
 */
final class TopicTable implements ChannelWire.Owner {
    private static final Logger log = LoggerFactory.getLogger(TopicTable.class);
    private static final Duration PREDECESSOR_PATIENCE = Duration.ofSeconds(5);
    /** As there is room for another join within a second, if nobody else takes it. */
    private static final Payload TOO_MANY_JOINS =
            Payload.json("{\"reason\":\"" + Protocol.TOO_MANY_JOINS + "\",\"retry_after\":1}");

    /** Hears how its topics are. */
    interface Owner extends Lifetime {
        /** A topic has let the client in. */
        void joined(ChannelWire channel);

        /** A first topic has let the client in. */
        void joined();

        /** All channels have ended, of those that there were. */
        void allEnded();
    }

    private final Line line;
    private final SocketSpec spec;
    private final Assigns assigns;
    private final JoinRate joins;
    private final Owner owner;
    private final Map<String, ChannelWire> channels = new HashMap<>(2);
    private int alive;
    private boolean hasJoined;
    private boolean wasRefused;
    private long refusedAt; // if it was

    /** @param joins shared with the other connections of the socket */
    TopicTable(Line line, SocketSpec spec, Assigns assigns, JoinRate joins, Owner owner) {
        this.line = line;
        this.spec = spec;
        this.assigns = assigns;
        this.joins = joins;
        this.owner = owner;
    }

    void received(Message message) {
        if (isTooLong(message.topic())
                || isTooLong(message.event())
                || isTooLong(message.ref())
                || isTooLong(message.joinRef())) {
            tooLong(message);
            return;
        }
        ChannelWire channel = message.isTopicText() ? channels.get(message.topic()) : null;
        if (message.event().equals(Protocol.PHX_JOIN)) {
            join(message, channel);
        } else if (channel == null) {
            unjoined(message);
        } else if (channel.succession() != null) {
            if (!channel.succession().received(message)) {
                full(message, message.joinRef());
            }
        } else if (message.joinRef().isNone() || message.joinRef().equals(channel.joinRef())) {
            channel.received(message);
        }
        // A message of an earlier join is dropped without an answer, as Phoenix does since 1.8.3.
    }

    /** Answers a push to a channel for which too much waits already. */
    @Override
    public void full(Message message, Ref joinRef) {
        line.environment().dropped(EndpointListener.Drop.CHANNEL_FULL);
        line.limited(Limit.MAILBOX_BYTES);
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.WARN,
                        "push of {} to {} refused: too much waits for the channel (expected: handlers that keep up)",
                        message.event(),
                        message.topic());
        if (!message.ref().isNone()) {
            line.send(line.serializer().encodeError(message, joinRef, Protocol.CHANNEL_FULL));
        }
    }

    private void tooLong(Message message) {
        line.limited(Limit.NAME_BYTES);
        refuse(message, Protocol.NAME_TOO_LONG);
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.WARN,
                        "message of a client of {} refused: {} (expected: at most {} bytes each for topic, event and refs)",
                        line.mountPath(),
                        Protocol.NAME_TOO_LONG,
                        line.limits().maxNameBytes());
        if (message.event().equals(Protocol.PHX_JOIN)) {
            report("", isTooLong(message.topic()) ? "" : message.topic(), JoinOutcome.OVER_LIMIT);
        }
    }

    private boolean isTooLong(String name) {
        int limit = line.limits().maxNameBytes();
        return name.length() > limit / 3 && utf8Length(name) > limit;
    }

    private boolean isTooLong(Ref ref) {
        return ref.json().length - 2 > line.limits().maxNameBytes(); // without the quotes
    }

    private static int utf8Length(String name) {
        int bytes = name.length();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    /** Answers a message to a topic that is not joined, or is so no longer. */
    @Override
    public void unjoined(Message message) {
        boolean text = message.isTopicText() && message.isEventText();
        if (text
                && message.event().equals(Protocol.HEARTBEAT)
                && message.topic().equals(Protocol.PHOENIX)) {
            reply(Ref.NONE, message, Protocol.PHOENIX);
        } else if (text && message.event().equals(Protocol.PHX_LEAVE)) {
            reply(message.joinRef(), message, message.topic());
        } else {
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.INFO,
                            "push of {} to {} refused: its client has not joined it, or no longer ({})",
                            message.event(),
                            message.topic(),
                            line.shown());
            line.send(line.serializer().encodeError(message, Ref.NONE, Protocol.UNMATCHED_TOPIC));
        }
    }

    private void reply(Ref joinRef, Message message, String topic) {
        Frame ok = line.serializer().encodeReply(joinRef, message.ref(), topic, Protocol.OK, Payload.EMPTY);
        line.send(ok);
    }

    private void join(Message join, @Nullable ChannelWire joined) {
        boolean routable = join.isTopicText() && !join.topic().equals(Protocol.PHOENIX);
        Route route = routable ? spec.route(join.topic()) : null;
        if (route == null) {
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "join of {} refused: no channel of {} takes it (expected: one of {})",
                            join.topic(),
                            line.mountPath(),
                            spec.patterns());
            line.send(line.serializer().encodeError(join, Ref.NONE, Protocol.UNMATCHED_TOPIC));
            report("", join.topic(), JoinOutcome.NO_ROUTE);
        } else if (joined == null && isFull()) {
            tooMany(route, join);
        } else if (!hasTurn()) {
            tooOften(route, join);
        } else {
            line.intake().queued(Intake.cost(join));
            if (joined == null) {
                start(route, join, null);
            } else {
                succeed(joined, route, join);
            }
        }
    }

    /** Whether all clients of the socket together may join once more now. */
    private boolean hasTurn() {
        if (joins.isOff()) {
            return true;
        }
        long now = line.environment().timers().nanoTime();
        boolean taken = joins.take(now, wasRefused ? now - refusedAt : Long.MAX_VALUE);
        if (!taken) {
            wasRefused = true;
            refusedAt = now;
        }
        return taken;
    }

    private void tooOften(Route route, Message join) {
        line.limited(Limit.JOINS_PER_SECOND);
        report(route.pattern(), join.topic(), JoinOutcome.OVER_LIMIT);
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.WARN,
                        "join of {} refused: over {} joins in a second on {} (Limits.joinsPerSecond)",
                        join.topic(),
                        line.limits().joinsPerSecond(),
                        line.mountPath());
        line.send(line.serializer()
                .encodeReply(join.joinRef(), join.ref(), join.topic(), Protocol.ERROR, TOO_MANY_JOINS));
    }

    /** Whether a topic has ever let the client in. */
    boolean hasJoined() {
        return hasJoined;
    }

    /** Whether all channels have ended. */
    boolean isEmpty() {
        return alive == 0;
    }

    private boolean isFull() {
        return alive >= line.limits().maxChannels();
    }

    /** How a join went that is never run. */
    private void report(String pattern, String topic, JoinOutcome outcome) {
        line.environment().listener().joined(line.mountPath(), pattern, topic, outcome, 0);
    }

    private void tooMany(Route route, Message join) {
        line.limited(Limit.CHANNELS);
        report(route.pattern(), join.topic(), JoinOutcome.OVER_LIMIT);
        Shown who = line.shown(); // its client comes back with all of them each few seconds, and says nothing new by it
        line.environment()
                .clientLog()
                .once(
                        log,
                        Level.WARN,
                        line.mountPath(),
                        who.toString(),
                        "joins refused, such as of {}: {} channels on one connection ({}). If your clients need more, see"
                                + " Limits.maxChannels",
                        join.topic(),
                        alive,
                        who);
        refuse(join, Protocol.TOO_MANY_CHANNELS);
    }

    private void refuse(Message join, String reason) {
        line.send(line.serializer().encodeError(join, join.joinRef(), reason));
    }

    private ChannelWire start(Route route, Message join, @Nullable ChannelWire predecessor) {
        ChannelWire channel = new ChannelWire(line, this, route, join, assigns.with(route.assigns()), predecessor);
        channels.put(channel.topic(), channel);
        alive++;
        line.environment().channelOpened(line.mountPath(), route.pattern());
        channel.start();
        return channel;
    }

    // One join behind the other.

    private void succeed(ChannelWire joined, Route route, Message join) {
        Succession waiting = joined.succession();
        if (waiting != null) {
            refuse(waiting.join(), Protocol.JOIN_REPLACED);
            report(waiting.route().pattern(), waiting.join().topic(), JoinOutcome.ABANDONED);
            waiting.replaceBy(join, route);
            return;
        }
        Runnable cancelPatience =
                line.environment().timers().schedule(PREDECESSOR_PATIENCE, () -> line.onLoop(() -> outwaited(joined)));
        joined.succeededBy(new Succession(line, join, route, cancelPatience));
    }

    /** The earlier join hangs. The newer one runs beside it, if there is room for both. */
    private void outwaited(ChannelWire joined) {
        Succession next = joined.succession();
        if (next == null || line.isClosed()) {
            return;
        }
        joined.succeeded();
        if (isFull()) {
            channels.remove(joined.topic(), joined);
            tooMany(next.route(), next.join());
            next.cancel();
        } else {
            start(next, joined);
        }
    }

    private void start(Succession next, ChannelWire predecessor) {
        next.handOver(start(next.route(), next.join(), predecessor));
    }

    @Override
    public void joined(ChannelWire channel) {
        if (!hasJoined) {
            hasJoined = true;
            owner.joined();
        }
        owner.joined(channel);
    }

    @Override
    public Lifetime lifetime() {
        return owner;
    }

    @Override
    public void closed(ChannelWire channel) {
        if (channel.succession() == null) {
            channels.remove(channel.topic(), channel);
        }
    }

    @Override
    public void ended(ChannelWire channel) {
        alive--;
        Succession next = channel.succession();
        if (next != null && !line.isClosed()) {
            channel.succeeded();
            start(next, channel);
        } else if (isEmpty()) {
            owner.allEnded();
        }
    }

    // The connection.

    /** Tells the channels that their connection ends soon. */
    void warn(ExpiryWarning warning) {
        List.copyOf(channels.values()).forEach(channel -> channel.warn(warning));
    }

    /** Ends all channels, as the connection has been closed. */
    void close(StopReason reason) {
        for (ChannelWire channel : List.copyOf(channels.values())) {
            Succession waiting = channel.succession();
            if (waiting != null) {
                report(waiting.route().pattern(), waiting.join().topic(), JoinOutcome.ABANDONED);
                waiting.cancel();
            }
            channel.connectionClosed(reason);
        }
        channels.clear();
    }

    boolean inspect(String topic, BiConsumer<Object, Socket> look) {
        ChannelWire channel = channels.get(topic);
        if (channel != null && channel.succession() != null) {
            channel.succession().add(successor -> successor.inspect(look));
        } else if (channel != null) {
            channel.inspect(look);
        }
        return channel != null;
    }

    /** How many are joined, or about to be. For any thread, which sees what there was a moment ago. */
    int size() {
        return channels.size();
    }

    /** Those that are joined, or about to be. */
    List<ConnectionView.Joined> joined() {
        return channels.values().stream().map(ChannelWire::view).toList();
    }

    List<String> topics() {
        return List.copyOf(channels.keySet());
    }
}
