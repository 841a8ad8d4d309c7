package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Subscription;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the join of a channel, on its mailbox: what comes of it is the reply and, if the client is let in, the subscription. */
final class ChannelJoin<C> {
    private static final Logger log = LoggerFactory.getLogger(ChannelJoin.class);

    private final ChannelCode<C> code;
    private final Line line;
    private final LoopSide wire;
    private final Message message;
    private final long start;
    private JoinOutcome outcome = JoinOutcome.CRASHED;
    private @Nullable Frame reply;
    private @Nullable Subscription subscription;

    ChannelJoin(ChannelCode<C> code, Line line, LoopSide wire, Message message) {
        this.code = code;
        this.line = line;
        this.wire = wire;
        this.message = message;
        this.start = line.environment().timers().nanoTime();
    }

    boolean isLetIn() {
        return outcome == JoinOutcome.OK;
    }

    Frame reply() {
        return Objects.requireNonNull(reply);
    }

    Subscription subscription() {
        return Objects.requireNonNull(subscription);
    }

    void run() {
        try {
            Object payload;
            try {
                payload = code.decodeJoin(message.payload());
            } catch (PayloadException e) {
                log.debug("join payload of {} refused: {}", ClientLog.shown(wire.topic()), e.getMessage());
                refuse(JoinOutcome.REFUSED, Protocol.INVALID_PAYLOAD);
                return;
            }
            if (code.spec().isSubscribedFirst()) {
                subscription = subscribe();
            }
            decide(code.join(payload));
        } catch (Throwable thrown) { // whatever a join throws refuses this join and hurts nothing else
            line.environment()
                    .clientLog()
                    .failure(log, thrown, "an exception was raised in the join of {}", wire.topic());
            refuse(JoinOutcome.CRASHED, Protocol.JOIN_CRASHED);
        }
    }

    private void decide(JoinResult result) {
        boolean letIn = Objects.requireNonNull(result, "join returned null (expected: a JoinResult)")
                instanceof JoinResult.Joined;
        Payload payload = result.reply().encoded(line.environment().codec());
        String status = letIn ? Protocol.OK : Protocol.ERROR;
        reply = line.serializer().encodeReply(message.joinRef(), message.ref(), wire.topic(), status, payload);
        if (letIn && subscription == null) {
            // from here, so that what the channel broadcasts next reaches itself: the loop may be behind
            subscription = subscribe();
        } else if (!letIn) {
            unsubscribe();
        }
        outcome = letIn ? JoinOutcome.OK : JoinOutcome.REFUSED;
    }

    private Subscription subscribe() {
        return line.environment().pubsub().subscribe(wire.topic(), line.loop(), wire);
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.cancel();
            subscription = null;
        }
    }

    private void refuse(JoinOutcome why, String reason) {
        unsubscribe();
        outcome = why;
        reply = line.serializer().encodeError(message, message.joinRef(), reason);
    }

    void report() {
        long nanos = line.environment().timers().nanoTime() - start;
        line.environment().listener().joined(line.mountPath(), wire.pattern(), wire.topic(), outcome, nanos);
        code.spec()
                .joinLevel()
                .filter(log::isEnabledForLevel)
                .ifPresent(level -> log.atLevel(level)
                        .log(
                                "join {}: {} in {} µs, params {}",
                                ClientLog.shown(wire.topic()),
                                outcome.name().toLowerCase(Locale.ROOT),
                                nanos / 1000,
                                line.environment().filter().show(message.payload())));
    }
}
