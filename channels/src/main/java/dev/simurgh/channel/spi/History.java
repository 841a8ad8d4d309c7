package dev.simurgh.channel.spi;

import dev.simurgh.pubsub.Broadcast;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What was broadcast to the topics that are kept, for clients that join them: they get what they have missed, and then what comes, without a
 * gap and nothing twice. Methods are called on any thread, event loops among them, and never block.
 */
public interface History {
    /** Tells whether the broadcasts of a topic are kept. The answer for a topic does not change. */
    boolean keeps(String topic);

    /**
     * Says where a client begins that joins a kept topic. Its subscription is there already.
     *
     * @param since the position that the client has sent, whatever it looks like; empty if it has sent none
     * @return completes in bounded time, on any thread; fails if that cannot be known now, with an {@link
     *     IllegalArgumentException} if there can be no such topic; the join is refused then
     */
    CompletableFuture<Start> start(String topic, Optional<String> since);

    /**
     * Reads what comes behind an offset: all that was stored before the call, or as much of it as fits.
     *
     * @param maxBytes how much, by {@link Broadcast#pinnedBytes}; one is always given
     * @return completes in bounded time, on any thread; if it fails, it is asked again a little later
     */
    CompletableFuture<Slice> read(String topic, long after, int maxBytes);

    /**
     * Where a client begins.
     *
     * @param position which the client is told, and has from then on
     * @param offset behind which its broadcasts begin
     * @param recovered whether it gets everything behind the position that it has sent; empty if it has sent none
     */
    record Start(String position, long offset, Optional<Boolean> recovered) {}

    /**
     * Some of the history.
     *
     * @param broadcasts in order, each with its position; the same objects for all who read the same
     * @param upTo the offset up to which these are all there is
     * @param complete whether nothing is missing between the offset that was asked for and {@code upTo}; if it is not, what was there has been trimmed meanwhile
     * @param more whether there was more that did not fit
     */
    record Slice(List<Broadcast> broadcasts, long upTo, boolean complete, boolean more) {}
}
