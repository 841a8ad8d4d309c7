package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.History;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.PayloadTypeException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Runs the join of a channel, on its mailbox: what comes of it is the reply and, if the client is let in, the subscription. */
final class ChannelJoin<C> {
    private static final Logger log = LoggerFactory.getLogger(ChannelJoin.class);
    private static final CompletableFuture<?> READY = CompletableFuture.completedFuture(null);

    private final ChannelCode<C> code;
    private final Line line;
    private final LoopSide wire;
    private final Message message;
    private final long start;
    private final @Nullable History history; // of a topic that is kept
    private JoinOutcome outcome = JoinOutcome.CRASHED;
    private @Nullable Frame reply;
    private @Nullable Subscription subscription;
    private CompletableFuture<?> subscribed = READY;
    private CompletableFuture<?> ready = READY;
    private @Nullable CompletableFuture<History.Start> beginning;
    private @Nullable Object payload;
    private @Nullable StopReason refusal;
    private @Nullable Throwable thrown;
    private boolean saidYes;
    private String why = "";

    ChannelJoin(ChannelCode<C> code, Line line, LoopSide wire, Message message) {
        this.code = code;
        this.line = line;
        this.wire = wire;
        this.message = message;
        this.start = line.environment().timers().nanoTime();
        this.history = line.environment().history(wire.topic());
    }

    boolean isLetIn() {
        return outcome == JoinOutcome.OK;
    }

    /** What the client has sent. */
    Message message() {
        return message;
    }

    Frame reply() {
        return Objects.requireNonNull(reply);
    }

    Subscription subscription() {
        return Objects.requireNonNull(subscription);
    }

    /** Reads the payload, and subscribes if that comes first: for a kept topic, so that the reply is no older than the position in it. */
    void prepare() {
        try {
            payload = code.decodeJoin(message.payload());
            if (history != null || code.spec().isSubscribedFirst()) {
                subscribe();
            }
        } catch (PayloadException e) {
            code.refused("join", "", e);
            refuse(JoinOutcome.REFUSED, Protocol.INVALID_PAYLOAD);
        } catch (PayloadTypeException e) {
            code.undecodable("join", "", e);
            thrown = e;
            wire.threw(e);
            refuse(JoinOutcome.CRASHED, Protocol.JOIN_CRASHED);
        } catch (Throwable thrown) { // whatever a join throws refuses this join and hurts nothing else
            crashed(thrown);
        }
    }

    /**
     * Completes when the cluster has answered whether the topic is subscribed to, and the history of one that is kept where the client begins;
     * has completed if nobody is asked.
     */
    CompletableFuture<?> ready() {
        return ready;
    }

    /** Asks the channel. */
    void ask() {
        ObservedCallback observed = ObservedCallback.join(line, wire, message);
        if (observed == null) {
            askChannel();
            return;
        }
        try {
            askChannel();
        } finally {
            observed.answered(
                    outcome == JoinOutcome.OK ? CallbackObserver.Outcome.OK : CallbackObserver.Outcome.REFUSED);
            if (thrown != null) {
                observed.threw(thrown);
            }
            observed.end();
        }
    }

    private void askChannel() {
        if (reply != null || isUnavailable()) {
            return;
        }
        if (history != null && !ready.isDone()) { // the channel is to end already
            refuse(JoinOutcome.ABANDONED, Protocol.BUSY);
            return;
        }
        try {
            decide(code.join(Objects.requireNonNull(payload)));
        } catch (Throwable thrown) { // whatever a join throws refuses this join and hurts nothing else
            refusal = saidYes ? StopReason.crashed(thrown) : null;
            crashed(thrown);
        }
    }

    private void crashed(Throwable by) {
        thrown = by;
        line.environment()
                .clientLog()
                .failure(
                        log,
                        by,
                        "an exception was raised in the join of {}: {} ({})",
                        wire.topic(),
                        code.doing("join"),
                        line.shown());
        wire.threw(by);
        refuse(JoinOutcome.CRASHED, Protocol.JOIN_CRASHED);
    }

    /**
     * Lets nobody in to a topic that the cluster could not subscribe to, as what other nodes broadcast would not arrive, nor to one whose
     * history does not say where it stands.
     */
    private boolean isUnavailable() {
        if (ready.isCompletedExceptionally()) {
            Throwable failed = failure(ready);
            boolean ofCluster = beginning == null || subscribed.isCompletedExceptionally();
            boolean ofName =
                    !ofCluster && failed instanceof IllegalArgumentException; // as of a client that tries what it can
            line.environment()
                    .clientLog()
                    .line(
                            log,
                            ofName ? Level.WARN : Level.ERROR,
                            "join of {} refused: {}: {}",
                            wire.topic(),
                            new Shown(ofCluster ? "the cluster did not subscribe" : ofHistory(ofName)),
                            failed.toString());
            refuse(JoinOutcome.CRASHED, Protocol.TOPIC_UNAVAILABLE);
            refusal = StopReason.crashed(failed);
        }
        return refusal != null;
    }

    private static String ofHistory(boolean ofName) {
        return ofName
                ? "its history takes no such topic"
                : "its history cannot be read now (expected: a store that answers)";
    }

    private static Throwable failure(CompletableFuture<?> failed) {
        Throwable failure = failed.handle((done, thrown) -> thrown).join();
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /**
     * The cluster has answered, or the join is to end without.
     *
     * @return what came between a channel that has let its client in and the client; null if nothing did
     */
    @Nullable
    StopReason conclude() {
        boolean stillLetIn = isLetIn() && !isUnavailable();
        subscribed.cancel(false); // the answer may never come, and others of the topic wait on
        ready.cancel(false);
        return saidYes && !stillLetIn ? refusal : null;
    }

    private void decide(JoinResult result) {
        boolean letIn = Objects.requireNonNull(result, "join returned null (expected: a JoinResult)")
                instanceof JoinResult.Joined;
        Payload payload = result.payload().encoded(line.environment().codec());
        if (letIn && history != null) {
            saidYes = true;
            payload = withPosition(payload);
        }
        String status = letIn ? Protocol.OK : Protocol.ERROR;
        reply = line.serializer().encodeReply(message.joinRef(), message.ref(), wire.topic(), status, payload);
        saidYes = letIn;
        if (letIn && subscription == null) {
            subscribe(); // from here, so that what the channel broadcasts next reaches itself: the loop may be behind
        }
        if (!letIn) {
            unsubscribe();
            outcome = JoinOutcome.REFUSED;
            why = line.environment().filter().show(payload);
        } else if (subscription == null) {
            refusal = StopReason.CLOSED;
        } else {
            outcome = JoinOutcome.OK;
        }
    }

    /** The channel's own reply, with what a client of a kept topic has to know. */
    private Payload withPosition(Payload own) {
        History.Start begins = Objects.requireNonNull(beginning).join();
        if (!(own instanceof Payload.Json json && json.isObject())
                || json.member(Protocol.POSITION).isPresent()
                || json.member(Protocol.RECOVERED).isPresent()) {
            throw new IllegalStateException("reply to a join of " + ClientLog.shown(wire.topic()) + ": " + own
                    + " (expected: a JSON object without " + Protocol.POSITION + " and " + Protocol.RECOVERED
                    + ", which Simurgh adds since the topic is kept)");
        }
        ((Replay) subscription().subscriber()).beginsAt(begins);
        Payload.Json all = json.with(Protocol.POSITION, text(begins.position()));
        return begins.recovered().isEmpty()
                ? all
                : all.with(Protocol.RECOVERED, (Payload.Json)
                        Payload.json(String.valueOf(begins.recovered().get())));
    }

    private static Payload.Json text(String position) {
        byte[] json = Ref.of(position).json();
        return (Payload.Json) Payload.json(json, 0, json.length);
    }

    /** The position that the client has sent. What is no string is none that anybody knows. */
    private static Optional<String> since(Payload params) {
        return params instanceof Payload.Json json
                ? json.member(Protocol.POSITION).map(given -> given.string().orElse("?"))
                : Optional.empty();
    }

    /** Refuses the join if there is nobody any more to subscribe: the event loop has ended, with its connections. */
    private void subscribe() {
        try {
            Subscriber subscriber = history == null ? wire : new Replay(history, line, wire);
            subscription = line.environment().pubsub().subscribe(wire.topic(), line.loop(), subscriber);
            subscribed = subscription.ready();
            ready = history == null ? subscribed : begin(history);
        } catch (RejectedExecutionException e) {
            if (!line.loop().hasEnded()) {
                throw e;
            }
            log.debug("join of {} abandoned: its event loop has ended", ClientLog.shown(wire.topic()));
            refuse(JoinOutcome.ABANDONED, Protocol.JOIN_CRASHED);
        }
    }

    /** Asks the history where the client begins, once all that is broadcast arrives: so there is no gap between the two. */
    private CompletableFuture<?> begin(History kept) {
        Optional<String> since = since(message.payload());
        beginning = subscribed.thenCompose(done -> kept.start(wire.topic(), since));
        return beginning;
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    private void refuse(JoinOutcome how, String reason) {
        unsubscribe();
        outcome = how;
        why = reason;
        reply = line.serializer().encodeError(message, message.joinRef(), reason);
    }

    /**
     * Tells how it went.
     *
     * @param first whether the listener has not been told yet that it took too long, or that its client has gone
     */
    void report(boolean first) {
        long nanos = line.environment().timers().nanoTime() - start;
        if (first) {
            line.environment().listener().joined(line.mountPath(), wire.pattern(), wire.topic(), outcome, nanos);
        }
        code.spec().joinLevel().filter(log::isEnabledForLevel).ifPresent(level -> write(level, nanos));
    }

    private void write(Level level, long nanos) {
        long time = line.environment().timers().nanoTime();
        int before = line.countJoinLine(time);
        int now = JoinLines.next(before, time);
        JoinLines.tell(log, level, JoinLines.over(before, now), line.mountPath());
        if (JoinLines.isRoom(now)) {
            log.atLevel(level)
                    .log(
                            "join {}: {} in {}, params {}{}",
                            ClientLog.shown(wire.topic()),
                            outcome.name().toLowerCase(Locale.ROOT),
                            Elapsed.shown(nanos),
                            line.environment().filter().show(message.payload()),
                            why.isEmpty() ? "" : ", reason " + why);
        }
    }
}
