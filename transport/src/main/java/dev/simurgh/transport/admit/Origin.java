package dev.simurgh.transport.admit;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parts of an origin, as browsers send it: {@code scheme://host:port}. The scheme may be missing, and whatever stands
 * behind is ignored. Scheme and host are in lower case, whatever was sent.
 *
 * @param scheme empty if missing
 * @param host empty if there is none, as in {@code file://}
 * @param port what was sent, or what the scheme implies
 */
public record Origin(String scheme, String host, OptionalInt port) {

    /** Takes a text apart; empty if it is no origin, or the one of pages that have none, which is {@code null}. */
    public static Optional<Origin> parse(String text) {
        int slashes = text.indexOf("//");
        if (slashes < 0 || (slashes > 0 && text.charAt(slashes - 1) != ':')) {
            return Optional.empty();
        }
        String scheme = slashes == 0 ? "" : text.substring(0, slashes - 1).toLowerCase(Locale.ROOT);
        if (!isScheme(scheme)) {
            return Optional.empty();
        }
        String authority = text.substring(slashes + 2, authorityEnd(text, slashes + 2));
        authority = authority.substring(authority.lastIndexOf('@') + 1);
        int hostEnd = hostEnd(authority);
        String host = authority.substring(0, hostEnd).toLowerCase(Locale.ROOT);
        String port = hostEnd < authority.length() ? authority.substring(hostEnd + 1) : "";
        boolean withoutHost = authority.isEmpty() && !scheme.isEmpty();
        if ((host.isEmpty() && !withoutHost) || port.length() > 5 || !isDigits(port)) {
            return Optional.empty();
        }
        return Optional.of(new Origin(
                scheme, host, port.isEmpty() ? impliedPort(scheme) : OptionalInt.of(Integer.parseInt(port))));
    }

    /** The host in a Host header, without its port, in lower case. */
    public static String hostOf(String hostHeader) {
        return hostHeader.substring(0, hostEnd(hostHeader)).toLowerCase(Locale.ROOT);
    }

    /** Returns it as browsers send it. */
    @Override
    public String toString() {
        String front = scheme.isEmpty() ? "//" : scheme + "://";
        return front + host + (port.isPresent() && !port.equals(impliedPort(scheme)) ? ":" + port.getAsInt() : "");
    }

    private static int authorityEnd(String text, int from) {
        int end = from;
        while (end < text.length() && "/?#\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static int hostEnd(String authority) {
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1; // an IPv6 address is full of colons
        int colon = authority.indexOf(':', bracket + 1);
        return colon < 0 ? authority.length() : colon;
    }

    static OptionalInt impliedPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> OptionalInt.of(80);
            case "https", "wss" -> OptionalInt.of(443);
            default -> OptionalInt.empty();
        };
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isScheme(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!maySpellScheme(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean maySpellScheme(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '-'
                || c == '.';
    }
}
