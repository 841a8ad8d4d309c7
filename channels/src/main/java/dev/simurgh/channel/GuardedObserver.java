package dev.simurgh.channel;

import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.CallbackObserver.Call;
import dev.simurgh.channel.spi.CallbackObserver.Outcome;
import dev.simurgh.channel.spi.CallbackObserver.Running;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Traceparent;
import dev.simurgh.pubsub.Broadcast;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what an observer throws away from those whom it observes. */
final class GuardedObserver {
    private static final Logger log = LoggerFactory.getLogger(GuardedObserver.class);

    private final CallbackObserver observer;
    private final ClientLog clientLog;

    GuardedObserver(CallbackObserver observer, ClientLog clientLog) {
        this.observer = observer;
        this.clientLog = clientLog;
    }

    /** Null if it is not observed: there is nothing to end then. */
    @Nullable
    Running begin(Call call) {
        try {
            return observer.begin(call);
        } catch (Throwable thrown) { // an Error, too, is none of the business of who is observed
            failed(thrown);
            return null;
        }
    }

    void end(Running running, Outcome outcome, @Nullable Throwable thrown) {
        try {
            if (thrown != null) {
                running.threw(thrown);
            }
        } catch (Throwable failure) {
            failed(failure);
        }
        try {
            running.ended(outcome);
        } catch (Throwable failure) {
            failed(failure);
        }
    }

    /** The broadcast, in which a trace goes on if there is one. */
    Broadcast traced(String mount, String pattern, Broadcast broadcast) {
        return wellFormed(() -> observer.broadcasting(mount, pattern, broadcast.topic(), broadcast.event()))
                .map(broadcast::tracedBy)
                .orElse(broadcast);
    }

    /** In which trace a message to a channel goes on; null if in none. */
    @Nullable
    String sending(String mount, String pattern, String topic) {
        return wellFormed(() -> observer.sending(mount, pattern, topic)).orElse(null);
    }

    private Optional<String> wellFormed(Supplier<Optional<String>> traceparent) {
        try {
            return traceparent.get().flatMap(Traceparent::of);
        } catch (Throwable thrown) {
            failed(thrown);
            return Optional.empty();
        }
    }

    private void failed(Throwable thrown) {
        clientLog.failure(log, thrown, "callback observer failed");
    }
}
