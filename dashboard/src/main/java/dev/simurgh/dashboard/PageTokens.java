package dev.simurgh.dashboard;

import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the page shows at the socket: that its reader was let in a moment ago. No other site's page can have one, since a browser shows it the answer of no foreign server.
 * Good at all nodes that have the same secret.
 */
final class PageTokens {
    static final int MAX_AGE_SECONDS = 120;
    static final Duration MAX_AGE = Duration.ofSeconds(MAX_AGE_SECONDS);
    /** Timers of a browser's window that nobody sees run once in a minute only. */
    static final long RENEW_SECONDS = MAX_AGE_SECONDS / 3;

    private static final String SALT = "simurgh dashboard";

    private final Tokens tokens;

    PageTokens(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Somebody who has shown a good token.
     *
     * @param age how old it is: as much less they are let in
     */
    record Shown(Viewer viewer, Duration age) {}

    String sign(Viewer viewer) {
        return sign(viewer, System.currentTimeMillis());
    }

    /** @param at in milliseconds since the epoch */
    String sign(Viewer viewer, long at) {
        return tokens.sign(SALT, List.of(viewer.name(), viewer.mayAct(), at), MAX_AGE);
    }

    /** Whose token it is, if it is a good one. */
    Optional<Shown> verify(String token) {
        return tokens.verify(SALT, token, MAX_AGE).as(List.class).map(PageTokens::shown);
    }

    private static Shown shown(List<?> signed) {
        long age = System.currentTimeMillis() - ((Number) signed.get(2)).longValue();
        Viewer viewer = new Viewer((String) signed.get(0), (Boolean) signed.get(1));
        return new Shown(viewer, Duration.ofMillis(Math.max(0, age))); // the clock of another node may be ahead
    }
}
