package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Bounds what one client sends in a second, in messages and in bytes: two token buckets, each with room for {@value #BURST_SECONDS} s. On
 * the event loop.
 *
 * <p>A message is paid for when it comes, and always handled; if a bucket is empty then, the client is not read until it has filled up
 * again. The clock is looked at only when a bucket seems to be empty, so that a message of a client that stays within its rate costs two
 * subtractions.
 *
 * <p>While the client is not read for another reason, what it goes on sending piles up on the way. So its buckets fill beyond their
 * size for as long as that lasts: else it would be over its rate for what is not its doing.
 *
 * <p>A client that sends for {@value #PATIENCE_SECONDS} s as much as it is let, so that each time it is read it is over its rate again
 * within {@value #CALM_SECONDS} s, does not mean to stop.
 */
final class InboundRate {
    /** Closes the connection of a client that does not stop. */
    interface Owner {
        void neverStops(String reason);
    }

    private static final Logger log = LoggerFactory.getLogger(InboundRate.class);

    private static final int BURST_SECONDS = 5;
    private static final int PATIENCE_SECONDS = 30;
    private static final int CALM_SECONDS = 1;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    private static final long CALM = TimeUnit.SECONDS.toNanos(CALM_SECONDS);
    /** So that a client at its rate makes ten pauses in a second, not one for each message. */
    private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    /** What is known of a client that has been over its rate. */
    private static final class Excess {
        final long since;
        boolean paused;
        long readSince;
        Runnable cancelPause = () -> {};

        Excess(long since) {
            this.since = since;
        }
    }

    private final Line line;
    private final Owner owner;
    private double messages;
    private double bytes;
    private long filledAt;
    private long unreadBefore;
    private @Nullable Excess excess;

    InboundRate(Line line, Owner owner) {
        this.line = line;
        this.owner = owner;
        this.messages = most(line.limits().messagesPerSecond());
        this.bytes = most(line.limits().bytesPerSecond());
        this.filledAt = timers().nanoTime();
    }

    private Timers timers() {
        return line.environment().timers();
    }

    private static double most(int perSecond) {
        return (double) perSecond * BURST_SECONDS;
    }

    /** Counts a message of so many bytes. The connection may be closed behind this. */
    void received(int length) {
        messages -= 1;
        bytes -= length;
        if (messages < 0 || bytes < 0) {
            runDry();
        }
    }

    private void runDry() {
        long now = timers().nanoTime();
        fill(now);
        if (isOver() && (excess == null || !excess.paused)) {
            over(now);
        }
    }

    private void fill(long now) {
        double seconds = (now - filledAt) / SECOND;
        double unread = (line.unreadNanos() - unreadBefore) / SECOND;
        filledAt = now;
        unreadBefore = line.unreadNanos();
        messages = filled(messages, line.limits().messagesPerSecond(), seconds, unread);
        bytes = filled(bytes, line.limits().bytesPerSecond(), seconds, unread);
    }

    private static double filled(double level, int perSecond, double seconds, double unread) {
        return Math.min(most(perSecond) + perSecond * unread, level + perSecond * seconds);
    }

    private boolean isOver() {
        return messages < 0 || bytes < 0;
    }

    private void over(long now) {
        Excess known = excess;
        if (known == null || now - known.readSince > CALM) {
            known = new Excess(now);
            excess = known;
            tell();
        }
        if (now - known.since >= PATIENCE) {
            neverStops();
        } else {
            line.pauseReading(PauseCause.OVER_RATE);
            known.paused = true;
            waitForTokens(known, now);
        }
    }

    private void waitForTokens(Excess known, long now) {
        double debt = Math.max(
                -messages / line.limits().messagesPerSecond(),
                -bytes / line.limits().bytesPerSecond());
        long wait = Math.max(LEAST_PAUSE, (long) Math.ceil(debt * SECOND));
        long left = Math.max(0, known.since + PATIENCE - now);
        known.cancelPause =
                timers().schedule(Duration.ofNanos(Math.min(wait, left)), () -> line.onLoop(() -> pauseIsOver(known)));
    }

    private void pauseIsOver(Excess known) {
        if (line.isClosed()) {
            return;
        }
        long now = timers().nanoTime();
        fill(now);
        if (!isOver()) {
            known.paused = false;
            known.readSince = now;
            line.resumeReading(PauseCause.OVER_RATE);
        } else if (now - known.since >= PATIENCE) {
            neverStops();
        } else {
            waitForTokens(known, now);
        }
    }

    /** Whether the client is not read, for what it has sent. */
    boolean isPausing() {
        return excess != null && excess.paused;
    }

    /** Forgets the pause, as the connection has been closed. */
    void end() {
        if (excess != null) {
            excess.cancelPause.run();
        }
    }

    private void tell() {
        line.limited(bytes < 0 ? Limit.BYTES_PER_SECOND : Limit.MESSAGES_PER_SECOND);
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.INFO,
                        "a client sends faster than it may, and is not read meanwhile ({} messages and {} bytes per second, see"
                                + " Limits; {})",
                        line.limits().messagesPerSecond(),
                        line.limits().bytesPerSecond(),
                        line.shown());
    }

    private void neverStops() {
        owner.neverStops(bytes < 0 ? "too many bytes" : "too many messages");
    }
}
