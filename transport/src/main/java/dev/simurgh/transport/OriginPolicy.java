package dev.simurgh.transport;

import dev.simurgh.transport.admit.Origin;
import dev.simurgh.transport.admit.OriginPattern;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Whose web pages may open a WebSocket here.
 *
 * <p>Browsers let any page connect to any server, with the user's cookies, and say in the {@code Origin} header whose
 * page it is. A request without that header does not come from a browser's page and passes every policy. Schemes and hosts
 * are compared without their case. Immutable, for any thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-10.2">RFC 6455, section 10.2</a>
 */
public final class OriginPolicy {
    private static final OriginPolicy ANY = new OriginPolicy("any", (origin, hostHeader) -> true);

    private final String rule;
    private final BiPredicate<String, String> allowed;

    private OriginPolicy(String rule, BiPredicate<String, String> allowed) {
        this.rule = rule;
        this.allowed = allowed;
    }

    /**
     * Allows the pages of the host in the request's own {@code Host} header, with any scheme and port. The default:
     * right for most without being told a host name. Phoenix compares with a configured host instead, as {@link #host}
     * does; that also withstands DNS rebinding, so name your hosts where that matters.
     */
    public static OriginPolicy sameHost() {
        return new OriginPolicy("the host of the request", (origin, hostHeader) -> {
            String host = Origin.hostOf(hostHeader);
            return !host.isEmpty()
                    && Origin.parse(origin).filter(o -> o.host().equals(host)).isPresent();
        });
    }

    /**
     * Allows the pages of one host, with any scheme and port.
     *
     * @throws IllegalArgumentException if it is no host
     */
    public static OriginPolicy host(String host) {
        return of("//" + host);
    }

    /** Allows everybody's pages: for public data only, or if {@code connect} checks a token that no other page can have. */
    public static OriginPolicy any() {
        return ANY;
    }

    /**
     * Allows listed origins:
     *
     * <ul>
     *   <li>{@code "//example.com"}: any scheme and port
     *   <li>{@code "https://example.com"}: that scheme on its usual port; {@code "https://example.com:8443"}: that port; {@code
     *       "http://localhost:*"}: any port
     *   <li>{@code "https://*.example.com"}: all sub-domains and {@code example.com} itself; {@code "chrome-extension://*"}: any
     *       host
     *   <li>{@code "capacitor://localhost"}, {@code "file://"}: what shells of mobile and desktop applications send
     *   <li>{@code "null"}: pages without an origin, such as files. Any site can make such a page, with a sandboxed iframe:
     *       have {@code connect} check a token
     * </ul>
     *
     * @throws IllegalArgumentException if one is no pattern, or can never match, or none is given
     */
    public static OriginPolicy of(String... origins) {
        if (origins.length == 0) {
            throw new IllegalArgumentException("origins: none (expected: at least one, or OriginPolicy.any())");
        }
        List<OriginPattern> patterns =
                Arrays.stream(origins).map(OriginPattern::of).toList();
        return new OriginPolicy(
                String.join(", ", origins),
                (origin, hostHeader) -> patterns.stream().anyMatch(pattern -> pattern.matches(origin)));
    }

    /**
     * Allows what a test of yours accepts: it is given the Origin and Host headers, on an event loop, and must not
     * block.
     */
    public static OriginPolicy custom(BiPredicate<String, String> originAndHost) {
        return new OriginPolicy("a test of the application's own", originAndHost);
    }

    /**
     * Tells whether a page may connect, by the headers {@code Origin} and {@code Host} of its request, or what a trusted
     * proxy says of the latter.
     */
    public boolean allows(String origin, String hostHeader) {
        return allowed.test(origin, hostHeader);
    }

    /** Tells whether that is {@link #any}. */
    boolean allowsAny() {
        return this == ANY;
    }

    /** Returns who is allowed, in words, for the log. */
    @Override
    public String toString() {
        return rule;
    }
}
