package dev.simurgh.dashboard;

import dev.simurgh.channel.Socket;
import org.jspecify.annotations.Nullable;

/** One viewer's channel: what it looks at, and what it was shown last. Guarded by {@link Viewers}. */
final class Watcher {
    final Socket socket;

    @Nullable
    Look look;

    /** What was shown last of that; null if nothing was. */
    byte @Nullable [] shown;

    @Nullable
    String tapped;

    /** When it was shown something, or looked elsewhere, the last time; by the endpoint's clock. */
    long lookedAt;

    /** Whether the last quarter of an hour is to come with the next view. */
    boolean wantsHistory;

    boolean waits; // to look elsewhere

    Watcher(Socket socket) {
        this.socket = socket;
    }
}
