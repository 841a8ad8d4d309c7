package dev.simurgh.channel;

import dev.simurgh.channel.ChannelMailbox.Item;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.CallbackObserver.Call;
import dev.simurgh.channel.spi.CallbackObserver.Outcome;
import dev.simurgh.channel.spi.CallbackObserver.Running;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Traceparent;
import dev.simurgh.pubsub.Broadcast;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A callback that somebody observes, from right before it to right behind it. Where nobody does there is none of these, and nothing is looked at.
 * On the thread that runs the callback.
 */
final class ObservedCallback implements ChannelCode.Results {
    private final GuardedObserver observer;
    private final Running running;
    private final ChannelCode.Results results;
    private Outcome outcome = Outcome.REFUSED; // until it has answered
    private @Nullable Throwable thrown;

    private ObservedCallback(GuardedObserver observer, Running running, ChannelCode.Results results) {
        this.observer = observer;
        this.running = running;
        this.results = results;
    }

    private static @Nullable ObservedCallback begin(GuardedObserver observer, Call call, ChannelCode.Results results) {
        Running running = observer.begin(call);
        return running == null ? null : new ObservedCallback(observer, running, results);
    }

    /** @param traceparent of the request, see {@link #traceparent(ConnectRequest)} */
    static @Nullable ObservedCallback connect(Environment environment, String mountPath, Optional<String> traceparent) {
        GuardedObserver observer = environment.observer();
        return observer == null
                ? null
                : begin(
                        observer,
                        new Call(CallbackObserver.Callback.CONNECT, mountPath, "", "", "", traceparent),
                        result -> {});
    }

    static @Nullable ObservedCallback join(Line line, LoopSide wire, Message message) {
        return of(CallbackObserver.Callback.JOIN, line, wire, message, "", result -> {});
    }

    static @Nullable ObservedCallback afterJoin(Line line, LoopSide wire, Message join, ChannelCode.Results results) {
        return of(CallbackObserver.Callback.AFTER_JOIN, line, wire, join, "", results);
    }

    static @Nullable ObservedCallback handleIn(
            Line line, LoopSide wire, ChannelSpec<?> spec, Message message, ChannelCode.Results results) {
        boolean declared =
                line.environment().observer() != null && message.isEventText() && spec.in(message.event()) != null;
        return of(CallbackObserver.Callback.HANDLE_IN, line, wire, message, declared ? message.event() : "", results);
    }

    /** What a client asks for goes on where the client says, or else where its connection has come from. */
    private static @Nullable ObservedCallback of(
            CallbackObserver.Callback callback,
            Line line,
            LoopSide wire,
            Message message,
            String event,
            ChannelCode.Results results) {
        GuardedObserver observer = line.environment().observer();
        if (observer == null) {
            return null;
        }
        Optional<String> traceparent = Traceparent.of(message.payload()).or(line::traceparent);
        return begin(observer, call(callback, line, wire, event, traceparent), results);
    }

    static @Nullable ObservedCallback handleOut(
            Line line, LoopSide wire, Broadcast broadcast, ChannelCode.Results results) {
        GuardedObserver observer = line.environment().observer();
        return observer == null
                ? null
                : begin(
                        observer,
                        call(
                                CallbackObserver.Callback.HANDLE_OUT,
                                line,
                                wire,
                                broadcast.event(),
                                broadcast.traceparent()),
                        results);
    }

    /** @param item an {@link Item.Info}, a {@link Broadcast} or a timer */
    static @Nullable ObservedCallback handleInfo(Line line, LoopSide wire, Object item, ChannelCode.Results results) {
        GuardedObserver observer = line.environment().observer();
        if (observer == null) {
            return null;
        }
        Optional<String> traceparent = item instanceof Item.Info info
                ? Optional.ofNullable(info.traceparent())
                : item instanceof Broadcast broadcast ? broadcast.traceparent() : Optional.empty();
        return begin(observer, call(CallbackObserver.Callback.HANDLE_INFO, line, wire, "", traceparent), results);
    }

    static @Nullable ObservedCallback terminate(Line line, LoopSide wire) {
        GuardedObserver observer = line.environment().observer();
        return observer == null
                ? null
                : begin(
                        observer,
                        call(CallbackObserver.Callback.TERMINATE, line, wire, "", Optional.empty()),
                        result -> {});
    }

    private static Call call(
            CallbackObserver.Callback callback, Line line, LoopSide wire, String event, Optional<String> traceparent) {
        return new Call(callback, line.mountPath(), wire.pattern(), wire.topic(), event, traceparent);
    }

    /** What the client says itself comes before what something on its way may have added. */
    static Optional<String> traceparent(ConnectRequest request) {
        return request.param(Protocol.TRACEPARENT)
                .flatMap(Traceparent::of)
                .or(() -> request.info().header(Protocol.TRACEPARENT).flatMap(Traceparent::of));
    }

    @Override
    public void apply(Result result) {
        boolean no = result instanceof Reply reply && reply.status().equals(Protocol.ERROR);
        answered(no ? Outcome.REFUSED : Outcome.OK);
        results.apply(result);
    }

    void answered(Outcome how) {
        outcome = how;
    }

    void threw(Throwable what) {
        thrown = what;
        outcome = Outcome.CRASHED;
    }

    void end() {
        observer.end(running, outcome, thrown);
    }
}
