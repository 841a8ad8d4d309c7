package dev.simurgh.cluster.spi;

import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.pubsub.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the other nodes of a cluster, tells which are there, and carries messages to each. */
public interface Carrier extends AutoCloseable {
    /** This node's name; does not change. */
    String nodeName();

    /** The number of this start, which tells it from others of the same name; asked once. By default from the time of day. */
    default long startNumber() {
        return NodeId.starting(nodeName()).start();
    }

    /**
     * Joins the other nodes, or starts alone; may block. All that happens later is told to {@code events}, from any thread, but of one
     * link one event at a time.
     */
    void start(Events events);

    /**
     * Connects to the cluster of another node; its links come up on the way. Does not block.
     *
     * @return completes within seconds, when that has come about or failed
     */
    CompletableFuture<Void> connect(NodeAddress node);

    /**
     * Waits until the nodes that were met at the start have said who they are, two seconds at most. A carrier whose messages take no
     * real time need not wait.
     */
    default void awaitGreetings(CompletableFuture<Void> greeted) {
        try {
            greeted.get(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // a node that says nothing does not keep this one from starting
        }
    }

    /** The time, in nanoseconds since some moment in the past. */
    default long nanoTime() {
        return System.nanoTime();
    }

    /** Leaves; may block. No event comes after it has returned. */
    @Override
    void close();

    /** What a carrier tells. Nothing blocks. */
    interface Events {
        /** Two nodes have met. Between two of them there is one link at a time, else what is broadcast arrives twice. */
        void up(Link link);

        /** One message or several in a row have come from the node at the other end. The array is not kept. */
        void received(Link link, byte[] array, int offset, int length);

        /** Broadcasts that a link has taken were dropped, because they waited too long. */
        default void dropped(Link link, int broadcasts) {}

        /** A link that has refused a message takes messages again. */
        void writable(Link link);

        /** The node at the other end has left, died or is no longer reached. The last event of a link. */
        void down(Link link);
    }
}
