package dev.simurgh.dashboard;

import dev.simurgh.channel.Assigns;

/** Somebody's connection to the dashboard, for as long as the page can show that they are still let in. For any thread. */
final class Session {
    static final Assigns.Key<Session> KEY = Assigns.key("dashboard session");

    private final String from;
    private volatile Viewer viewer;
    private volatile long renewedAt;

    /**
     * @param from the address of the client, as logs are to have it
     * @param now by the endpoint's clock
     */
    Session(Viewer viewer, String from, long now) {
        this.viewer = viewer;
        this.from = from;
        this.renewedAt = now;
    }

    Viewer viewer() {
        return viewer;
    }

    String from() {
        return from;
    }

    /** Somebody, who may be somebody else, has shown a good token. */
    void renew(Viewer shown, long now) {
        viewer = shown;
        renewedAt = now;
    }

    /** How much of the last token's time is left, in nanoseconds; not positive if it is over. */
    long left(long now) {
        return PageTokens.MAX_AGE.toNanos() - (now - renewedAt);
    }
}
