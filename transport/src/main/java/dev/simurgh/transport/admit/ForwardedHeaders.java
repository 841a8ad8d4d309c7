package dev.simurgh.transport.admit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a proxy says of a request. What is not well-formed is as if it were not there.
 *
 * @param forEach where the request came from, hop by hop, the nearest one last
 * @param proto {@code http} or {@code https}
 * @param host host and perhaps port
 * @param port the port alone
 */
record ForwardedHeaders(List<String> forEach, Optional<String> proto, Optional<String> host, OptionalInt port) {
    private static final int MAX_HOST = 255;

    /** The headers of a request, by name in any case. */
    @FunctionalInterface
    interface Headers {
        List<String> all(String name);
    }

    /** Reads {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and {@code -Port}. */
    static ForwardedHeaders older(Headers headers) {
        return new ForwardedHeaders(
                list(headers, "x-forwarded-for"),
                last(headers, "x-forwarded-proto").flatMap(ForwardedHeaders::scheme),
                last(headers, "x-forwarded-host").filter(ForwardedHeaders::isHost),
                last(headers, "x-forwarded-port").map(ForwardedHeaders::port).orElse(OptionalInt.empty()));
    }

    /** Reads {@code Forwarded}; a value in quotes that holds a comma or semicolon is not understood. */
    static ForwardedHeaders standard(Headers headers) {
        List<String> hops = new ArrayList<>();
        Optional<String> proto = Optional.empty();
        Optional<String> host = Optional.empty();
        for (String element : list(headers, "forwarded")) {
            String from = "";
            for (String pair : element.split(";", -1)) {
                int equals = pair.indexOf('=');
                String value = unquoted(pair.substring(equals + 1).strip());
                switch (equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                    case "for" -> from = value;
                    case "proto" -> proto = scheme(value);
                    case "host" -> host = Optional.of(value).filter(ForwardedHeaders::isHost);
                    default -> {}
                }
            }
            hops.add(from);
        }
        return new ForwardedHeaders(hops, proto, host, OptionalInt.empty());
    }

    private static List<String> list(Headers headers, String name) {
        List<String> values = new ArrayList<>();
        for (String header : headers.all(name)) {
            for (String value : header.split(",", -1)) {
                values.add(value.strip());
            }
        }
        return values;
    }

    private static Optional<String> last(Headers headers, String name) {
        List<String> values = list(headers, name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static Optional<String> scheme(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> Optional.of("http");
            case "https", "wss" -> Optional.of("https");
            default -> Optional.empty();
        };
    }

    /** Whether it may stand in a Host header. */
    private static boolean isHost(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_HOST
                && text.chars()
                        .allMatch(c -> (c >= '0' && c <= '9')
                                || (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || "-._:[]".indexOf(c) >= 0);
    }

    /** Reads a port; empty if it is none. */
    static OptionalInt port(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(text) : 0;
        return number > 0 && number <= 0xFFFF ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
