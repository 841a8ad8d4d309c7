package dev.simurgh.transport.poll;

import java.util.function.IntConsumer;

/** A post to a session: messages, and who waits for a status of them. On the session's event loop. */
final class Post {
    static final int OK = 200;
    static final int MALFORMED = 400;
    static final int NOT_TAKEN = 408;
    static final int GONE = 410;

    private final Batch batch;
    private final IntConsumer whenAnswered;
    private int deadline;

    /**
     * Makes one.
     *
     * @param whenAnswered gets the status, once, on the session's event loop
     */
    Post(Batch batch, IntConsumer whenAnswered) {
        this.batch = batch;
        this.whenAnswered = whenAnswered;
    }

    Batch batch() {
        return batch;
    }

    void answer(int status) {
        whenAnswered.accept(status);
    }

    /** The tick until which the session may take it. */
    int deadline() {
        return deadline;
    }

    void deadline(int tick) {
        deadline = tick;
    }
}
