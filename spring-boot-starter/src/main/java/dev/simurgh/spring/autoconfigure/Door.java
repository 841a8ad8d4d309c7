package dev.simurgh.spring.autoconfigure;

import java.util.concurrent.CompletableFuture;

/** Where clients come in. Opened and closed in turn, by one thread at a time. */
interface Door {
    /** Lets clients in. */
    void open();

    /**
     * Lets nobody in any more, and sends away those who came by here.
     *
     * @return completed when they have gone, within the limit of the drain and some seconds
     */
    CompletableFuture<Void> close();

    /** Its own port; -1 if it has none, or is closed. */
    int port();

    /** Which port that is, in words. */
    default String place() {
        return port() < 0 ? "no port" : "port " + port();
    }

    /** No door. */
    Door NONE = new Door() {
        @Override
        public void open() {}

        @Override
        public CompletableFuture<Void> close() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public int port() {
            return -1;
        }
    };
}
