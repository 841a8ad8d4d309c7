package dev.simurgh.dashboard;

import dev.simurgh.channel.Assigns;

/** Somebody's connection to the dashboard, for as long as the page can show that they are still let in. For any thread. */
final class Session {
    static final Assigns.Key<Session> KEY = Assigns.key("dashboard session");

    private final String from;
    private volatile Viewer viewer;
    private volatile long signedAt;

    /**
     * @param from the address of the client, as logs are to have it
     * @param now by the endpoint's clock
     */
    Session(PageTokens.Shown shown, String from, long now) {
        this.viewer = shown.viewer();
        this.from = from;
        this.signedAt = signedAt(shown, now);
    }

    private static long signedAt(PageTokens.Shown shown, long now) {
        return now - shown.age().toNanos();
    }

    Viewer viewer() {
        return viewer;
    }

    String from() {
        return from;
    }

    /** Somebody, who may be somebody else, has shown a good token. */
    void renew(PageTokens.Shown shown, long now) {
        viewer = shown.viewer();
        signedAt = signedAt(shown, now);
    }

    /** How much of the last token's time is left, in nanoseconds; not positive if it is over. */
    long left(long now) {
        return PageTokens.MAX_AGE.toNanos() - (now - signedAt);
    }
}
