package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Broadcast;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One join of a channel, on the side of its mailbox: has the callbacks run, one at a time, does what they answer, and ends the channel
 * once. Its counterpart on the event loop is {@link ChannelWire}; the two talk by messages only: down through the mailbox, up through
 * tasks of the loop. What other threads see of it is {@link ChannelOutside}.
 */
final class ChannelRuntime<C> extends ChannelMailbox implements ChannelCode.Results, LoopWatch.Watched {
    private static final Logger log = LoggerFactory.getLogger(ChannelRuntime.class);

    /** A join that has waited for so long is not run if its client no longer wants it: others wait behind it. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Phase {
        NEW,
        JOINED,
        ENDED
    }

    @SuppressWarnings("rawtypes") // a field updater knows no type arguments
    private static final AtomicIntegerFieldUpdater<ChannelRuntime> OUTCOME_TOLD =
            AtomicIntegerFieldUpdater.newUpdater(ChannelRuntime.class, "outcomeTold");

    private final LoopSide wire;
    private final ChannelOutside outside;
    private final ChannelCode<C> code;
    private Phase phase = Phase.NEW;
    private boolean toldJoined;
    private volatile boolean begun;
    private volatile boolean givenUp;

    @SuppressWarnings("unused") // through OUTCOME_TOLD
    private volatile int outcomeTold;

    ChannelRuntime(Line line, LoopSide wire, ChannelSpec<C> spec, Assigns assigns) {
        super(line, spec);
        this.wire = wire;
        this.outside = new ChannelOutside(this, wire, assigns);
        this.code = new ChannelCode<>(spec, line, wire, new Socket(outside));
    }

    ChannelSpec<C> spec() {
        return code.spec();
    }

    @Override
    void waited(long nanos) {
        line().environment().listener().waited(line().mountPath(), wire.pattern(), wire.topic(), nanos);
    }

    @Override
    void take(Object item) {
        LoopWatch watch = isNonBlocking() ? line().watch() : null;
        if (watch != null && watch.begins(this, item)) {
            try {
                handleItem(item);
            } finally {
                watch.ends();
            }
        } else {
            handleItem(item);
        }
    }

    @Override
    public Shown doing(Object item) {
        return new Shown(
                code.doing(item instanceof Item.Join ? "join" : item) + " on " + ClientLog.shown(wire.topic()));
    }

    @Override
    public void heldUp(long nanos) {
        line().environment().heldUp(line().mountPath(), wire.pattern(), wire.topic(), nanos);
    }

    private void handleItem(Object item) {
        stopIfAsked();
        if (phase == Phase.ENDED) {
            afterTheEnd(item);
        } else if (item instanceof Message message) {
            message(message);
        } else if (item instanceof Item.Delivered out) {
            delivered(out);
        } else if (item instanceof Item.Info info) {
            guarded(info, handleInfo(info), results -> code.handleInfo(info.message(), results));
        } else if (item instanceof TimerRef timer && timer.end()) {
            outside.forget(timer);
            guarded(timer, handleInfo(timer), results -> code.handleInfo(timer.message, results));
        } else if (item instanceof Item.Join join) {
            guarded("join", results -> begin(join));
        } else if (item instanceof Item.Look look && phase == Phase.JOINED) {
            code.inspect(look.look());
        } else if (item instanceof Item.Behind behind && phase == Phase.JOINED) {
            behind.task().run();
        } else if (item instanceof Item.Stop stop && phase == Phase.JOINED) {
            end(stop.reason(), null);
        }
        stopIfAsked();
    }

    private void delivered(Item.Delivered out) {
        Broadcast broadcast = out.broadcast();
        switch (out.to()) {
            case HANDLE_OUT -> {
                outside.handling(broadcast);
                guarded(
                        out,
                        ObservedCallback.handleOut(line(), wire, broadcast, this),
                        results -> code.handleOut(broadcast, results));
                outside.handling((Ref) null);
            }
            case HANDLE_INFO -> guarded(out, handleInfo(broadcast), results -> code.handleInfo(broadcast, results));
            case CLIENT -> outside.passOn(broadcast);
        }
    }

    private @Nullable ObservedCallback handleInfo(Object item) {
        return ObservedCallback.handleInfo(line(), wire, item, this);
    }

    /** Takes a kept broadcast for the client, or for handleOut if that intercepts it; false if the callbacks are too far behind. */
    boolean offer(Broadcast kept) {
        return offered(kept, spec().intercepts(kept.event()) ? To.HANDLE_OUT : To.CLIENT);
    }

    private void stopIfAsked() {
        StopReason stop = stopRequest();
        if (stop != null && phase == Phase.JOINED) {
            end(stop, null);
        }
    }

    /** Messages that were on their way when the channel ended. */
    private void afterTheEnd(Object item) {
        if (item instanceof Message message) {
            line().onLoop(() -> wire.late(message));
        }
    }

    private interface Callback {
        void run(ChannelCode.Results results) throws Exception;
    }

    /**
     * Whatever a callback throws, errors included, ends this channel and nothing else.
     *
     * @param item what of the mailbox it is for, or the name of the callback
     */
    @SuppressWarnings("CatchAndPrintStackTrace")
    private void guarded(Object item, Callback callback) {
        try {
            callback.run(this);
        } catch (Throwable thrown) { // a StackOverflowError in a handler must not cost the event loop
            crash(item, thrown);
        }
    }

    /** As {@link #guarded(Object, Callback)}. What the log says of it, and the end of the channel that may come of it, still belong to what is observed. */
    private void guarded(Object item, @Nullable ObservedCallback observed, Callback callback) {
        if (observed == null) {
            guarded(item, callback);
            return;
        }
        try {
            callback.run(observed);
        } catch (Throwable thrown) {
            observed.threw(thrown);
            crash(item, thrown);
        } finally {
            observed.end();
        }
    }

    /** The oldest come first here, and they are those whose clients are the most likely to have given up. */
    private void begin(Item.Join join) {
        StopReason stop = stopRequest();
        boolean tooLate = stop != null && stop.kind() == StopReason.Kind.JOIN_TIMEOUT;
        if (tooLate || (givenUp && line().environment().timers().nanoTime() - join.since() > PATIENCE_NANOS)) {
            shed(join.message());
        } else {
            begun = true;
            join(new ChannelJoin<>(code, line(), wire, join.message()));
        }
    }

    /** Ends a join of which no code was run. */
    private void shed(Message message) {
        Frame busy = line().serializer().encodeError(message, message.joinRef(), Protocol.BUSY);
        line().onLoop(() -> wire.refused(busy));
        over(wire::ended);
        if (claimOutcome()) {
            line().environment()
                    .listener()
                    .joined(
                            line().mountPath(),
                            wire.pattern(),
                            wire.topic(),
                            EndpointListener.JoinOutcome.ABANDONED,
                            0);
        }
    }

    /** The client waits no longer for its join: it has gone, left, joined anew, or been sent away. For any thread. */
    void giveUpJoin() {
        givenUp = true;
    }

    /** Whether the join's turn has come. For any thread. */
    boolean hasBegun() {
        return begun;
    }

    private void join(ChannelJoin<C> join) {
        join.prepare();
        if (join.ready().isDone()) {
            ask(join);
        } else {
            holdUntilReady(join, results -> ask(join));
        }
    }

    private void ask(ChannelJoin<C> join) {
        join.ask();
        if (join.ready().isDone() || !join.isLetIn()) {
            decided(join);
        } else {
            holdUntilReady(join, results -> decided(join));
        }
    }

    /** The client is not told that it is in before broadcasts of other nodes reach it; nothing is handled meanwhile. */
    @SuppressWarnings("FutureReturnValueIgnored") // whatever came of it is looked at then
    private void holdUntilReady(ChannelJoin<C> join, Callback next) {
        hold(() -> {
            LoopWatch watch = isNonBlocking() ? line().watch() : null;
            if (watch != null && watch.begins(this, "join")) {
                guarded("join", next);
                watch.ends();
            } else {
                guarded("join", next);
            }
        });
        join.ready().whenComplete((done, failure) -> goOn());
    }

    private void decided(ChannelJoin<C> join) {
        StopReason refusal = join.conclude();
        if (join.isLetIn()) {
            phase = Phase.JOINED;
            outside.joined(join.subscription().subscriber());
            line().onLoop(() -> wire.joined(join.reply(), join.subscription()));
        } else {
            line().onLoop(() -> wire.refused(join.reply()));
            if (refusal == null) {
                over(wire::ended);
            } else {
                outside.joined(wire); // its join has said yes, so it is to terminate, and may broadcast there
                end(refusal, null);
            }
        }
        boolean first = claimOutcome();
        toldJoined = first && join.isLetIn();
        join.report(first);
        stopIfAsked(); // it may have been kicked or replaced meanwhile
        if (phase == Phase.JOINED) {
            guarded("afterJoin", results -> outside.afterJoin());
        }
        if (phase == Phase.JOINED && spec().afterJoin() != null) {
            guarded("afterJoin", ObservedCallback.afterJoin(line(), wire, join.message(), this), code::afterJoin);
        }
    }

    /** Whether the caller is the first, and so the one to tell how the join went. For any thread. */
    boolean claimOutcome() {
        return OUTCOME_TOLD.compareAndSet(this, 0, 1);
    }

    private void message(Message message) {
        if (message.event().equals(Protocol.PHX_LEAVE)) {
            end(StopReason.LEFT, outside.replyFrame(message.ref(), Protocol.OK, Payload.EMPTY));
            return;
        }
        outside.handling(message.ref());
        guarded(
                message,
                ObservedCallback.handleIn(line(), wire, spec(), message, this),
                results -> code.handleIn(message, results));
        outside.handling((Ref) null);
    }

    @SuppressWarnings("NullAway") // a handler may break the contract; that is its crash, with a clear message
    @Override
    public void apply(Result result) {
        if (result == null) {
            throw new IllegalStateException("callback returned null (expected: Result.noReply())");
        }
        if (result instanceof Reply reply) {
            Frame frame = outside.replyFrame(outside.handlingOrNone(), reply.status(), reply.payload());
            reply.stopReason().ifPresentOrElse(reason -> end(reason, frame), () -> wire.transmitReply(frame));
        } else if (result instanceof Next next) {
            next.stopReason().ifPresent(reason -> end(reason, null));
        }
    }

    // The end.

    private void crash(Object item, Throwable thrown) {
        ClientLog clientLog = line().environment().clientLog();
        if (thrown instanceof ChannelCode.UnknownEvent unknown) { // its client's doing
            clientLog.line(
                    log, Level.WARN, "channel {} crashed: {} ({})", wire.topic(), unknown.words(), line().shown());
        } else if (!code.hasTold(thrown)) {
            clientLog.failure(
                    log, thrown, "channel {} crashed in {} ({})", wire.topic(), code.doing(item), line().shown());
        }
        line().environment().listener().crashed(line().mountPath(), wire.pattern(), wire.topic(), thrown);
        wire.threw(thrown);
        if (phase == Phase.JOINED) {
            end(StopReason.crashed(thrown), null);
        }
    }

    /** Gracefully: the last reply, phx_close, then what terminate pushes. Otherwise what terminate pushes, then phx_error. */
    private void end(StopReason reason, @Nullable Frame lastReply) {
        phase = Phase.ENDED;
        outside.stopped(reason);
        outside.release();
        if (reason.isGraceful()) {
            line().onLoop(() -> wire.goodbye(lastReply));
        } else if (lastReply != null) {
            wire.transmitReply(lastReply);
        }
        code.terminate(reason);
        over(() -> wire.left(reason));
        if (toldJoined) {
            line().environment().listener().left(line().mountPath(), wire.pattern(), wire.topic(), reason);
        }
    }

    /** The last thing that happens to a join, let in or not. The count does not depend on a loop that may have ended. */
    private void over(Runnable last) {
        phase = Phase.ENDED;
        outside.release();
        code.forget();
        outside.end();
        line().environment().channelClosed(line().mountPath(), wire.pattern());
        line().onLoop(last);
    }

    /** As a task: whose it is. */
    @Override
    public String toString() {
        return "channel " + wire.topic();
    }
}
