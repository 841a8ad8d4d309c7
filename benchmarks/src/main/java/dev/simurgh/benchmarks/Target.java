package dev.simurgh.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Where the load goes.
 *
 * <p>Only to this machine, unless that is lifted: a load generator that is pointed elsewhere by a typing error, or by a name that resolves
 * to something unexpected, is an attack on somebody's server. So names other than {@code localhost} are not even resolved.
 *
 * @param address the server
 * @param host as it stands in the Host header
 * @param path with its query, which has the vsn
 * @param isLongPoll whether it is polled there
 */
record Target(InetSocketAddress address, String host, String path, boolean isLongPoll) {
    private static final Pattern LITERAL = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");
    private static final Pattern VSN = Pattern.compile("[?&]vsn=([^&]*)");

    /**
     * Reads a URL such as {@code ws://127.0.0.1:4000/socket/websocket}.
     *
     * @throws IllegalArgumentException if it is none, or leads elsewhere though it must not
     */
    static Target of(String url, boolean allowRemote) {
        URI uri = parsed(url);
        String host = uri.getHost();
        if (!"ws".equals(uri.getScheme()) || host == null) {
            throw new IllegalArgumentException("--url: " + url + " (expected: ws://HOST:PORT/PATH)");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        InetSocketAddress address = new InetSocketAddress(resolved(host, allowRemote), port);
        return new Target(address, host + ":" + port, withVersion(uri), false);
    }

    /** The same socket over long polling, at {@code longpoll} where {@code websocket} was the last of the path. */
    Target overLongPoll() {
        return new Target(address, host, path.replaceFirst("/websocket(/?\\?)", "/longpoll$1"), true);
    }

    /** The other way round: the same socket over WebSocket. */
    Target overWebSocket() {
        return new Target(address, host, path.replaceFirst("/longpoll(/?\\?)", "/websocket$1"), false);
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("--url: " + url + " (expected: ws://HOST:PORT/PATH)", e);
        }
    }

    private static InetAddress resolved(String host, boolean allowRemote) {
        try {
            if (allowRemote || LITERAL.matcher(host).matches()) {
                InetAddress address = InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : host);
                if (allowRemote || address.isLoopbackAddress()) {
                    return address;
                }
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--url: " + host + " has no address", e);
        }
        throw new IllegalArgumentException("--url: " + host
                + " (expected: a loopback address; --allow-remote lifts that, for a server that is yours to load)");
    }

    private static String withVersion(URI uri) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var vsn = VSN.matcher(query);
        if (!vsn.find()) {
            return path + query + (query.isEmpty() ? "?" : "&") + "vsn=2.0.0";
        }
        if (!vsn.group(1).startsWith("2.0.")) {
            throw new IllegalArgumentException("--url: vsn=" + vsn.group(1) + " (expected: 2.0.0, or none)");
        }
        return path + query;
    }

    /** Tells whether this is an IPv4 loopback address, from which connections may come from other loopback addresses. */
    boolean manySources() {
        return address.getAddress().isLoopbackAddress() && address.getAddress().getAddress().length == 4;
    }

    /** The request that asks for the upgrade. */
    String request() {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }

    /** The key of RFC 6455, section 1.3, and the answer that belongs to it. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
}
