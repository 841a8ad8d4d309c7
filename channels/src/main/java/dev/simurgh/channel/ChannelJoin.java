package dev.simurgh.channel;

import dev.simurgh.channel.ChannelSpec.Typed;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Subscription;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the join of a channel, on its mailbox, and tells the event loop how it went. */
final class ChannelJoin<C> {
    private static final Logger log = LoggerFactory.getLogger(ChannelJoin.class);

    private final ChannelRuntime<C> channel;
    private final ChannelWire wire;
    private final Endpoint endpoint;
    private final Message message;
    private final long start;

    ChannelJoin(ChannelRuntime<C> channel, Message message) {
        this.channel = channel;
        this.wire = channel.wire();
        this.endpoint = channel.connection().endpoint();
        this.message = message;
        this.start = endpoint.timers().nanoTime();
    }

    void run() {
        report(attempt());
    }

    private EndpointListener.JoinOutcome attempt() {
        try {
            Typed<ChannelSpec.Join<C, Object>> join = channel.spec().join();
            Object payload;
            try {
                payload = channel.decode(message.payload(), join.type());
            } catch (PayloadException e) {
                log.debug("join payload of {} refused: {}", LogText.of(channel.topic()), e.getMessage());
                refuse(wire.serializer().encodeError(message, message.joinRef(), Protocol.INVALID_PAYLOAD));
                return EndpointListener.JoinOutcome.REFUSED;
            }
            return decide(join.code().join(channel.create(), payload, channel.socket()));
        } catch (Throwable thrown) { // whatever a join throws refuses this join and hurts nothing else
            log.error("an exception was raised in the join of {}", LogText.of(channel.topic()), thrown);
            refuse(wire.serializer().encodeError(message, message.joinRef(), Protocol.JOIN_CRASHED));
            return EndpointListener.JoinOutcome.CRASHED;
        }
    }

    private EndpointListener.JoinOutcome decide(JoinResult result) {
        Frame reply = reply(Objects.requireNonNull(result, "join returned null (expected: a JoinResult)"));
        if (result instanceof JoinResult.Joined) {
            // from here, so that what the channel broadcasts next reaches itself: the loop may be behind
            Subscription subscription = endpoint.pubsub().subscribe(channel.topic(), wire.loop(), wire);
            channel.joined();
            wire.onLoop(() -> wire.joined(reply, subscription));
            return EndpointListener.JoinOutcome.OK;
        }
        refuse(reply);
        return EndpointListener.JoinOutcome.REFUSED;
    }

    private Frame reply(JoinResult result) {
        String status = result instanceof JoinResult.Joined ? Protocol.OK : Protocol.ERROR;
        Payload payload = result.reply().encoded(endpoint.codec());
        return wire.serializer().encodeReply(message.joinRef(), message.ref(), channel.topic(), status, payload);
    }

    private void refuse(Frame reply) {
        wire.onLoop(() -> wire.refused(reply));
        channel.notJoined();
    }

    private void report(EndpointListener.JoinOutcome outcome) {
        long nanos = endpoint.timers().nanoTime() - start;
        endpoint.listener()
                .joined(channel.connection().mountPath(), channel.pattern(), channel.topic(), outcome, nanos);
        channel.spec()
                .joinLevel()
                .filter(log::isEnabledForLevel)
                .ifPresent(level -> log.atLevel(level)
                        .log(
                                "join {}: {} in {} µs, params {}",
                                LogText.of(channel.topic()),
                                outcome.name().toLowerCase(Locale.ROOT),
                                nanos / 1000,
                                endpoint.filter().show(message.payload())));
    }
}
