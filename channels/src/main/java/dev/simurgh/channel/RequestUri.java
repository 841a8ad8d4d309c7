package dev.simurgh.channel;

import java.util.Objects;

/**
 * The address that a client asked for, in parts, as the client's side sees it: behind a proxy that the server trusts, what the proxy
 * says. Path and query stand as they were sent, and may hold secrets.
 *
 * @param scheme {@code http} or {@code https}; empty if not known
 * @param host without the port; empty if not known
 * @param port 0 if not known
 * @param path with its percent escapes
 * @param query without the question mark, with its percent escapes; empty if there is none
 */
public record RequestUri(String scheme, String host, int port, String path, String query) {
    /** Refuses null. */
    public RequestUri {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(query, "query");
    }

    /** Takes a request's target apart, such as {@code /socket/websocket?vsn=2.0.0}; scheme, host and port are not known. */
    public static RequestUri ofTarget(String target) {
        return of("", "", 0, target);
    }

    /** Takes a request's target apart, where the rest is known. */
    public static RequestUri of(String scheme, String host, int port, String target) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        return new RequestUri(scheme, host, port, path, query);
    }

    /** The address as one text, such as {@code https://example.com:443/socket?a=1}. May hold secrets. */
    @Override
    public String toString() {
        String origin = host.isEmpty() ? "" : scheme + "://" + host + (port == 0 ? "" : ":" + port);
        return origin + path + (query.isEmpty() ? "" : "?" + query);
    }
}
