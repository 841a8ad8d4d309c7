package dev.simurgh.spring.security;

/** What came of what a client has shown when it connected. */
sealed interface Shown {
    /** It is good. */
    record Good(Known known) implements Shown {}

    /**
     * It is not.
     *
     * @param why for the log; says nothing of what was shown
     */
    record Wrong(String why) implements Shown {}

    /** There was nothing. */
    enum Nothing implements Shown {
        /** There was nothing. */
        NOTHING
    }
}
