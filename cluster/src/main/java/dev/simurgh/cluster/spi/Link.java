package dev.simurgh.cluster.spi;

import dev.simurgh.cluster.ClusterMessage;

/**
 * The way from this node to another one, from when the two meet until they lose each other. Nodes that meet again get new links. Told
 * apart by identity.
 */
public interface Link {
    /**
     * Sends a message behind all that this link was given before, or drops it, if too much waits. Callable from any thread, event loops
     * among them; never blocks, and does not call back. A carrier may join the {@link ClusterMessage#bytes() bytes} of several messages
     * to one.
     *
     * <p>The parts of {@link ClusterMessage#isTable() a table} are taken beyond the limit, and do not count towards it. So a table of any
     * size arrives, however small the limit is. But one that begins while a part of another still waits is refused, and the link is
     * writable again when all of that has gone: a node that asks for tables and takes none shall not fill the memory.
     *
     * @return whether the message was taken. What was taken arrives once and in order as long as both nodes live and reach each other.
     *     After a refusal, the carrier tells {@link Carrier.Events#writable} when there is room again.
     */
    boolean send(ClusterMessage message);

    /** How many bytes wait to be sent; for any thread, at once. Unless overridden, it cannot tell, and says 0. */
    default long waitingBytes() {
        return 0;
    }
}
