package dev.simurgh.benchmarks;

/** One attempt of a client at the server, over one transport. On its lane's event loop only. */
interface Link {
    /** Begins to connect. */
    void open();

    /** Tells whether a push would not only add to what the server does not take. */
    boolean isWritable();

    /** Sends what is in the lane's outbox. */
    void flush();

    /** Breaks off as a network does that is gone. Nothing that comes from now on concerns the client. */
    void breakOff();
}
