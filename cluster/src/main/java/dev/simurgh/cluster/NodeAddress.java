package dev.simurgh.cluster;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a node, such as {@code server@127.0.0.1}, and where its cluster port is.
 *
 * @param name what comes before the {@code @}: letters, digits, {@code _}, {@code -} and {@code .}
 * @param host a host name or IP address; an IPv6 address without brackets
 * @param port the cluster port, if it is given
 */
public record NodeAddress(String name, String host, OptionalInt port) {
    private static final int MAX_BYTES = 255;
    private static final String RULE =
            "(expected: name@host or name@host:port, such as server@127.0.0.1:7700, of at most 255 bytes)";
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_.-]+)@(\\[[0-9A-Fa-f:.]+(?:%\\w+)?]|[A-Za-z0-9_.-]+)(?::(\\d{1,5}))?");

    /**
     * Reads {@code name@host} or {@code name@host:port}; an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static NodeAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException("node: " + text + " " + RULE);
        }
        String host = form.group(2);
        return new NodeAddress(
                form.group(1),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                form.group(3) == null ? OptionalInt.empty() : OptionalInt.of(port(text, form.group(3))));
    }

    private static int port(String text, String digits) {
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("node: " + text + " (expected: a port from 1 to 65535)");
        }
        return port;
    }

    /** What the node is called: {@code name@host}, without the port. */
    public String nodeName() {
        return name + "@" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host);
    }

    /** As it is read by {@link #parse}. */
    @Override
    public String toString() {
        return nodeName() + (port.isPresent() ? ":" + port.getAsInt() : "");
    }
}
