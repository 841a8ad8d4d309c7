package dev.simurgh.transport.admit;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which origins are allowed: {@code https://example.com}, {@code //*.example.com}, {@code http://localhost:*}, {@code
 * chrome-extension://*}; or {@code file://} and {@code null}, for pages that have no host.
 */
public final class OriginPattern {
    /** The origin of pages that have none, such as those of a file, or in an iframe with {@code sandbox}. */
    private static final byte[] NO_ADDRESS = {};

    private static final String OPAQUE = "null";

    private static final Pattern FORM = Pattern.compile("(?:([a-z][a-z0-9+.-]*):)?//"
            + "(\\*|(?:\\*\\.)?[a-z0-9_~-][a-z0-9._~-]*|\\[[0-9a-f:.]+])?(?::([0-9]{1,5}|\\*))?");

    /** Pages come over HTTP, and their origin says so, whatever their WebSockets speak. */
    private static final Set<String> NEVER_OF_A_PAGE = Set.of("ws", "wss");

    /** A host that browsers take for an address. */
    private static final Pattern ENDS_WITH_NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");

    private static final Set<String> ALWAYS_WITH_HOST = Set.of("http", "https");

    private final String text;
    private final String scheme;
    private final String host;
    private final OptionalInt port;
    private final boolean anyPort;

    private OriginPattern(String text, String scheme, String host, String port) {
        this.text = text;
        this.scheme = scheme;
        this.host = host;
        this.anyPort = port.equals("*") || (scheme.isEmpty() && port.isEmpty());
        this.port = anyPort
                ? OptionalInt.empty()
                : port.isEmpty() ? Origin.impliedPort(scheme) : OptionalInt.of(Integer.parseInt(port));
    }

    /**
     * Reads a pattern, in any case.
     *
     * @throws IllegalArgumentException if it is none, or no browser sends an origin that matches
     */
    public static OriginPattern of(String pattern) {
        String text = pattern.toLowerCase(Locale.ROOT);
        if (text.equals(OPAQUE)) {
            return new OriginPattern(text, "", "", "");
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("origin: " + pattern + " (expected: " + rule(text) + ")");
        }
        String scheme = orEmpty(form.group(1));
        String host = orEmpty(form.group(2));
        String port = orEmpty(form.group(3));
        if (NEVER_OF_A_PAGE.contains(scheme)) {
            throw new IllegalArgumentException(
                    "origin: " + pattern + " (expected: the scheme of the page, which is http or https)");
        }
        if (host.isEmpty() && (scheme.isEmpty() || ALWAYS_WITH_HOST.contains(scheme) || !port.isEmpty())) {
            throw new IllegalArgumentException("origin: " + pattern + " (expected: a host, or '*' for all)");
        }
        if (!port.isEmpty() && !port.equals("*") && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 0xFFFF)) {
            throw new IllegalArgumentException("origin: " + pattern + " (expected: a port from 1 to 65535, or '*')");
        }
        checkAddress(pattern, host);
        return new OriginPattern(text, scheme, host, port);
    }

    /** Browsers send the one form of an address, whatever their users typed. */
    private static void checkAddress(String pattern, String host) {
        boolean v6 = host.startsWith("[");
        if (!v6 && !ENDS_WITH_NUMBER.matcher(host).matches()) {
            return;
        }
        byte[] bytes = IpLiteral.bytes(v6 ? host.substring(1, host.length() - 1) : host)
                .orElse(NO_ADDRESS);
        if (bytes.length != (v6 ? 16 : 4) || !(v6 || IpLiteral.form(bytes).equals(host))) {
            throw new IllegalArgumentException(
                    "origin: " + pattern + " (expected: an address, such as [::1] or 127.0.0.1)");
        }
        String form = IpLiteral.form(bytes);
        if (!form.equals(host)) {
            throw new IllegalArgumentException(
                    "origin: " + pattern + " (expected: the form that browsers send, which is " + form + ")");
        }
    }

    /** What is wrong with a text that has not the form of a pattern. */
    private static String rule(String text) {
        int slashes = text.indexOf("//");
        if (slashes < 0) {
            return "a host with '//' or a scheme before it, such as //"
                    + (text.matches("[a-z0-9.-]+") ? text : "example.com");
        }
        if (text.chars().anyMatch(c -> c > 0x7F)) {
            return "a host in the form that browsers send, such as xn--bcher-kva.example";
        }
        if (text.indexOf('/', slashes + 2) >= 0) {
            return "an origin without a path, such as https://example.com";
        }
        return "scheme, host and port, such as https://example.com:8443, '*' for a host, for what stands before its first dot,"
                + " or for a port";
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The pattern that allows one origin and no other; empty if no browser sends such an origin. */
    static Optional<String> forOrigin(String origin) {
        String pattern = origin.equals(OPAQUE)
                ? OPAQUE
                : Origin.parse(origin).map(Origin::toString).orElse("");
        try {
            return Optional.of(of(pattern).toString());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Tells whether it allows an origin, as it stands in the header. */
    public boolean matches(String origin) {
        if (text.equals(OPAQUE) || origin.equals(OPAQUE)) {
            return text.equals(origin);
        }
        return Origin.parse(origin).filter(this::matches).isPresent();
    }

    private boolean matches(Origin found) {
        return (scheme.isEmpty() || scheme.equals(found.scheme()))
                && (anyPort || port.equals(found.port()))
                && matchesHost(found.host());
    }

    private boolean matchesHost(String found) {
        if (host.equals("*")) {
            return !found.isEmpty();
        }
        if (host.startsWith("*.")) {
            return found.equals(host.substring(2)) || found.endsWith(host.substring(1));
        }
        return found.equals(host);
    }

    /** Returns the pattern, in lower case. */
    @Override
    public String toString() {
        return text;
    }
}
