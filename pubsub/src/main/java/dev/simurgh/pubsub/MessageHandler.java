package dev.simurgh.pubsub;

/** Takes the messages of one kind that other nodes send to this one: {@link Node#addHandler}. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Takes one message. Called on a thread of the cluster adapter, for one sender one message at a time and in the order in which one of
     * its threads has sent them; for several senders at the same time. Must not block: what the sender says next waits meanwhile, its
     * broadcasts among them, and that it lives: with an adapter that listens for that, as JGroups does, one that blocks for seconds has
     * the sender taken for dead. It comes behind {@code nodeUp} of this sender and before its {@code nodeDown}. What it throws is logged and
     * counted, and hurts nobody.
     *
     * @param from the sender
     * @param message the receiver's own, to keep or to change
     */
    void received(NodeId from, byte[] message);
}
