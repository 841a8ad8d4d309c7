package dev.simurgh.transport.poll;

/** Where a session takes what its client asks for. For any thread. */
interface Desk {
    void poll(Asker asker);

    /** See {@link LongPollSession#cancel}. */
    void cancel(Asker asker);

    /** See {@link LongPollSession#settled}. */
    void settled(Asker asker, boolean written);

    void post(Post post);

    /** See {@link LongPollSession#withdraw}. */
    void withdraw(Post post);

    /** Whether the session is on another node, which has to be asked for it. */
    default boolean isElsewhere() {
        return false;
    }

    /** Has something done, on any thread, if the session is elsewhere, is there, and takes its time. Before the request. */
    default void ifFound(Runnable task) {}
}
