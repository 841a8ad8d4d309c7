package dev.simurgh.transport.poll;

/** Who polls a session: one request, which is answered once. Called on the session's event loop. */
interface Asker {
    /**
     * Answers it. If there are messages in the answer, {@link LongPollSession#settled} is told what has become of them, later or
     * right away.
     */
    void answer(PollAnswer answer);

    /** Wants to know what has become of the answer: if it is not all out soon, it must not get through any more. */
    void settle();

    /** Has no room for the answer any more: if it is not all out by now, it is cut off. */
    void cutOff();
}
