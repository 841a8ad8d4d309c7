package dev.simurgh.channel;

import dev.simurgh.channel.ChannelSpec.Typed;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.PayloadTypeException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Broadcast;
import java.lang.reflect.Type;
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

        private static final int LONGEST = 400;

        UnknownEvent(String words) {
            super(ClientLog.shown(words, LONGEST), null, false, false);
        }

        Shown words() {
            return new Shown(String.valueOf(getMessage()));
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
    private @Nullable PayloadTypeException told;

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
        boolean logged = logsHandleIn();
        boolean observed = logged || line.environment().listener().hearsHandledIn();
        boolean timed = logged || (observed && (!spec.isNonBlocking() || line.isSample()));
        long start = timed ? line.environment().timers().nanoTime() : 0;
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
            } catch (PayloadTypeException e) {
                undecodable("handleIn", message.event(), e);
                told = e;
                throw e;
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
            handledIn(message, timed ? line.environment().timers().nanoTime() - start : EndpointListener.NOT_TIMED);
        }
    }

    /** Whether the log says already what ends this channel: that a handler cannot be called. What a handler throws itself is something else. */
    boolean hasTold(Throwable thrown) {
        return thrown == told;
    }

    private boolean logsHandleIn() {
        Level level = spec.handleInLevel();
        return level != null && log.isEnabledForLevel(level);
    }

    private void handledIn(Message message, long nanos) {
        line.environment().listener().handledIn(line.mountPath(), wire.pattern(), wire.topic(), message.event(), nanos);
        Level level = spec.handleInLevel();
        if (level != null && nanos != EndpointListener.NOT_TIMED && log.isEnabledForLevel(level)) {
            log.atLevel(level)
                    .log(
                            "handled {} on {} in {}, payload {}",
                            ClientLog.shown(message.event()),
                            shownTopic(),
                            Elapsed.shown(nanos),
                            line.environment().filter().show(message.payload()));
        }
    }

    /** Tells of a payload that does not decode: the client's fault, or of who broadcast it. */
    void refused(String callback, String event, PayloadException e) {
        String kind = String.valueOf(e.getMessage());
        String why = kind + said(e);
        boolean told = line.environment()
                .clientLog()
                .once(
                        log,
                        Level.WARN,
                        about(callback, event),
                        kind,
                        "{}{} of {}: refused {}",
                        callback,
                        quoted(event),
                        wire.topic(),
                        why);
        if (!told) {
            log.debug("{}{} of {}: refused {}", callback, quoted(event), shownTopic(), ClientLog.shown(why));
        }
    }

    /** What the application's own type has said when it refused, such as a record whose constructor checks. */
    private static String said(PayloadException e) {
        try {
            Throwable own = e.getCause();
            return own == null || own.getMessage() == null ? "" : ": " + own.getMessage();
        } catch (Throwable unsayable) { // getMessage is code of somebody else
            return "";
        }
    }

    /** Tells of a payload type that cannot be decoded: the server's own fault, whatever was sent. */
    void undecodable(String callback, String event, PayloadTypeException e) {
        String why = String.valueOf(e.getMessage());
        line.environment()
                .clientLog()
                .once(
                        log,
                        Level.ERROR,
                        about(callback, event),
                        why,
                        "{}{} of {} cannot be called, and its clients are not at fault: {}",
                        callback,
                        quoted(event),
                        named(wire.pattern()),
                        why);
    }

    private String about(String callback, String event) {
        return line.mountPath() + ' ' + wire.pattern() + ' ' + callback + ' ' + event;
    }

    private static String quoted(String event) {
        return event.isEmpty() ? "" : " \"" + event + '"';
    }

    /** The channel by its class, or by what else is known of it. */
    private String named(String otherwise) {
        return channel == null ? otherwise : channel.getClass().getName();
    }

    /** What is done with an item of the mailbox, for the log: the callback, and whose it is. */
    Shown doing(Object item) {
        return new Shown(ClientLog.shown(callback(item)) + " of " + named("its channel"));
    }

    private String callback(Object item) {
        if (item instanceof Message message) {
            boolean declared = message.isEventText() && spec.in(message.event()) != null;
            return (declared ? "handleIn" : "handleAny") + quoted(message.event());
        }
        if (item instanceof ChannelMailbox.Item.Delivered out) {
            return out.to() != ChannelMailbox.To.HANDLE_INFO
                    ? "handleOut" + quoted(out.broadcast().event())
                    : handleInfo(out.broadcast());
        }
        if (item instanceof ChannelMailbox.Item.Info info) {
            return handleInfo(info.message());
        }
        return item instanceof TimerRef timer ? handleInfo(timer.message) : item.toString();
    }

    private static String handleInfo(Object message) {
        return "handleInfo(" + message.getClass().getName() + ')';
    }

    /** A client's bad payload is the client's error: its state here lives on. */
    private void invalidPayload(Message message, PayloadException e) {
        refused("handleIn", message.event(), e);
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
            refused("handleOut", broadcast.event(), e);
            line.environment().dropped(EndpointListener.Drop.INVALID_PAYLOAD);
            return;
        } catch (
                PayloadTypeException
                        e) { // likewise: of a type with a part that cannot be decoded, it may be the only one
            undecodable("handleOut", broadcast.event(), e);
            wire.threw(e);
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
        ObservedCallback observed = spec.hasTerminate() ? ObservedCallback.terminate(line, wire) : null;
        try {
            spec.terminate(live(), reason, socket);
            if (observed != null) {
                observed.answered(CallbackObserver.Outcome.OK);
            }
        } catch (Throwable thrown) { // whatever it throws, the channel ends
            if (observed != null) {
                observed.threw(thrown);
            }
            line.environment()
                    .clientLog()
                    .failure(
                            log,
                            thrown,
                            "terminate of {} failed, of {} ({})",
                            wire.topic(),
                            new Shown(named("its channel")),
                            line.shown());
            wire.threw(thrown);
        } finally {
            if (observed != null) {
                observed.end();
            }
        }
    }

    /** Lets go of the channel object. */
    void forget() {
        channel = null;
    }

    private Object decode(Payload payload, Type type) {
        Object decoded = payload.as(type, line.environment().codec());
        if (decoded == null) {
            throw new PayloadException("payload: null (expected: " + type.getTypeName() + ")");
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
