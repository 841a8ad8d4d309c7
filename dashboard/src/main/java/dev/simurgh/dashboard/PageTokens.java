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

    String sign(Viewer viewer) {
        return tokens.sign(SALT, List.of(viewer.name(), viewer.mayAct()), MAX_AGE);
    }

    /** Whose token it is, if it is a good one. */
    Optional<Viewer> verify(String token) {
        return tokens.verify(SALT, token, MAX_AGE).as(List.class).map(PageTokens::viewer);
    }

    private static Viewer viewer(List<?> signed) {
        return new Viewer((String) signed.get(0), (Boolean) signed.get(1));
    }
}
