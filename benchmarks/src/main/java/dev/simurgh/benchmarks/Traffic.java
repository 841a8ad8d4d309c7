package dev.simurgh.benchmarks;

/** What the joined clients of a lane do. On the lane's event loop only. */
interface Traffic {
    /** Nothing. */
    Traffic NONE = new Traffic() {};

    /** The event of the server's broadcasts. */
    default byte[] delivery() {
        return new byte[0];
    }

    /** Begins. */
    default void start() {}

    /** Tells any thread whether the last push was sent. */
    default boolean finished() {
        return true;
    }

    /** A reply to a push has come; what is put into the outbox goes out on the same connection. */
    default void replied(Client client, long ref, boolean ok, long now) {}

    /** Something else has come that the clients were not told to expect; returns whether it is known. */
    default boolean other(Client client, Envelope message, byte[] in, int from, int to) {
        return false;
    }

    /** A broadcast has come, with its payload between the two places of the array. */
    default void delivered(Client client, byte[] in, int from, int to, long now) {}
}
