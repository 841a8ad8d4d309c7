package dev.simurgh.transport.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request asks for: a path with a query ({@code /a?b=c}), all of an address ({@code http://host/a?b=c}), or the server
 * itself ({@code *}). What stands behind a {@code #} is for the client alone, and cut off.
 *
 * @param path as the client sent it; {@code *} for the server itself
 * @param rawQuery as the client sent it, or an empty text
 * @param authority host and perhaps port, if the client sent all of the address: they go over those of the {@code Host} header
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2">RFC 9112, section 3.2</a>
 */
public record Target(String path, String rawQuery, Optional<String> authority) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final String SERVER = "*";

    /** A host that is a name, an IPv4 address or an IPv6 address, and perhaps a port. RFC 3986, section 3.2. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~%!$&'()*+,;=-]+)(:[0-9]{0,5})?");

    /** Reads the target of a request; empty if it is none, or of a kind that the method does not have. */
    public static Optional<Target> parse(String method, String text) {
        String target = cutAt('#', text);
        if (target.startsWith("/")) {
            return Optional.of(of(target, Optional.empty()));
        }
        if (target.equals(SERVER)) {
            return Optional.of(new Target(SERVER, "", Optional.empty())).filter(any -> method.equals("OPTIONS"));
        }
        int slashes = target.indexOf("://");
        if (slashes < 0 || !SCHEMES.contains(target.substring(0, slashes).toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        String rest = target.substring(slashes + 3);
        String authority = cutAt('/', cutAt('?', rest));
        if (!isAuthority(authority)) {
            return Optional.empty();
        }
        String path = rest.substring(authority.length());
        return Optional.of(of(path.startsWith("/") ? path : "/" + path, Optional.of(authority)));
    }

    private static Target of(String pathAndQuery, Optional<String> authority) {
        String path = cutAt('?', pathAndQuery);
        boolean hasQuery = path.length() < pathAndQuery.length();
        return new Target(path, hasQuery ? pathAndQuery.substring(path.length() + 1) : "", authority);
    }

    private static String cutAt(char end, String text) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }

    /** Whether that is a host, perhaps with a port, as it stands in an address or a {@code Host} header. */
    public static boolean isAuthority(String text) {
        return AUTHORITY.matcher(text).matches();
    }

    /** Whether it is the server itself that was asked. */
    public boolean isServer() {
        return path.equals(SERVER);
    }

    /** Returns path and query. */
    @Override
    public String toString() {
        return rawQuery.isEmpty() ? path : path + "?" + rawQuery;
    }
}
