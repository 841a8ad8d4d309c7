package dev.simurgh.channel;

import dev.simurgh.channel.ChannelSpec.Typed;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Broadcast;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The user's code of one join: the spec, the object that it has made, and the way to each of its callbacks. Finds the handler, decodes
 * what it takes, calls it, and tells what it has answered. On the mailbox only.
 */
final class ChannelCode<C> {
    private static final Logger log = LoggerFactory.getLogger(ChannelCode.class);
    private static final String NOBODY_SENT_TO = "message to {} dropped: no handleInfo takes a {} (expected: one in its"
            + " ChannelSpec, since socket.send goes to the channel itself; socket.push goes to the client)";
    private static final String NOBODY_SUBSCRIBED =
            "broadcast for {} dropped: no handleInfo takes a {} (expected: one in its ChannelSpec, which subscribes)";

    /** An event that no handler takes ends the channel, as in Phoenix. Any client can set it off, so it takes no stack trace. */
    static final class UnknownEvent extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String words;

        UnknownEvent(String words) {
            super(words, null, false, false);
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Does what a handler has answered. */
    interface Results {
        void apply(Result result);
    }

    private final ChannelSpec<C> spec;
    private final Line line;
    private final LoopSide wire;
    private final Socket socket;
    private @Nullable C channel;

    ChannelCode(ChannelSpec<C> spec, Line line, LoopSide wire, Socket socket) {
        this.spec = spec;
        this.line = line;
        this.wire = wire;
        this.socket = socket;
    }

    ChannelSpec<C> spec() {
        return spec;
    }

    Object decodeJoin(Payload payload) {
        return decode(payload, spec.join().type());
    }

    /** Makes the channel object and asks its join. */
    JoinResult join(Object payload) throws Exception {
        C made = spec.newChannel();
        channel = made;
        return spec.join().code().join(made, payload, socket);
    }

    void afterJoin(Results results) throws Exception {
        Callback.AfterJoin<C> callback = spec.afterJoin();
        if (callback != null) {
            results.apply(callback.afterJoin(live(), socket));
        }
    }

    void handleIn(Message message, Results results) throws Exception {
        boolean observed = line.environment().listener().hearsHandledIn() || logsHandleIn();
        long start = observed ? line.environment().timers().nanoTime() : 0;
        Typed<Callback.In<C, Object>> handler = message.isEventText() ? spec.in(message.event()) : null;
        Callback.Any<C> any = spec.any();
        Result result;
        if (handler != null) {
            Object payload;
            try {
                payload = decode(message.payload(), handler.type());
            } catch (PayloadException e) {
                invalidPayload(message, e);
                return;
            }
            result = handler.code().handle(live(), payload, socket);
        } else if (any != null && message.isEventText()) {
            result = any.handle(live(), message, socket);
        } else {
            throw new UnknownEvent("event: " + ClientLog.shown(message.event()) + " on " + shownTopic()
                    + " (expected: one of " + spec.events() + ")");
        }
        results.apply(result);
        if (observed) {
            handledIn(message, line.environment().timers().nanoTime() - start);
        }
    }

    private boolean logsHandleIn() {
        Level level = spec.handleInLevel();
        return level != null && log.isEnabledForLevel(level);
    }

    private void handledIn(Message message, long nanos) {
        line.environment().listener().handledIn(line.mountPath(), wire.pattern(), wire.topic(), message.event(), nanos);
        Level level = spec.handleInLevel();
        if (level != null && log.isEnabledForLevel(level)) {
            log.atLevel(level)
                    .log(
                            "handled {} on {} in {} µs, payload {}",
                            ClientLog.shown(message.event()),
                            shownTopic(),
                            nanos / 1000,
                            line.environment().filter().show(message.payload()));
        }
    }

    /** A client's bad payload is the client's error: its state here lives on. */
    private void invalidPayload(Message message, PayloadException e) {
        log.debug("payload of {} on {} refused: {}", ClientLog.shown(message.event()), shownTopic(), e.getMessage());
        Frame frame = line.serializer().encodeError(message, wire.pushRef(), Protocol.INVALID_PAYLOAD);
        wire.transmitReply(frame);
        line.environment().listener().malformed(line.mountPath(), line.transportName());
    }

    void handleOut(Broadcast broadcast, Results results) throws Exception {
        Typed<Callback.Out<C, Object>> handler = Objects.requireNonNull(spec.out(broadcast.event()));
        Object payload;
        try {
            payload = decode(broadcast.payload(), handler.type());
        } catch (PayloadException e) {
            // It may be a payload that some client made up: no reason to crash every channel that intercepts it.
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "intercepted {} on {} dropped: {}",
                            broadcast.event(),
                            wire.topic(),
                            String.valueOf(e.getMessage()));
            line.environment().dropped(EndpointListener.Drop.INVALID_PAYLOAD);
            return;
        }
        results.apply(handler.code().handle(live(), payload, socket));
    }

    void handleInfo(Object message, Results results) throws Exception {
        Callback.Out<C, Object> handler = spec.info(message);
        if (handler == null) {
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            Level.ERROR,
                            message instanceof Broadcast ? NOBODY_SUBSCRIBED : NOBODY_SENT_TO,
                            wire.topic(),
                            message.getClass().getName());
            return;
        }
        results.apply(handler.handle(live(), message, socket));
    }

    void inspect(BiConsumer<Object, Socket> look) {
        look.accept(live(), socket);
    }

    void terminate(StopReason reason) {
        try {
            spec.terminate(live(), reason, socket);
        } catch (Throwable thrown) { // whatever it throws, the channel ends
            line.environment().clientLog().failure(log, thrown, "terminate of {} failed", wire.topic());
            wire.threw(thrown);
        }
    }

    /** Lets go of the channel object. */
    void forget() {
        channel = null;
    }

    private Object decode(Payload payload, Class<?> type) {
        Object decoded = payload.as(type, line.environment().codec());
        if (decoded == null) {
            throw new PayloadException("payload: null (expected: " + type.getSimpleName() + ")");
        }
        return decoded;
    }

    private C live() {
        return Objects.requireNonNull(channel);
    }

    private String shownTopic() {
        return ClientLog.shown(wire.topic());
    }
}
