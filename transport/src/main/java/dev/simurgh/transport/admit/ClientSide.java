package dev.simurgh.transport.admit;

import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.http.Exchange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a request looks like from the client's side: as the connection shows it or, if that comes from a trusted proxy, as
 * the proxy says.
 *
 * <p>Each proxy of a chain adds to the end of a list where the request came from. So the list is read from its end, for as
 * long as trusted proxies speak: the first address that is not of such a proxy is the client's, and what stands before it
 * may be the client's invention. Of scheme, host and port the last value counts, since it is of the nearest proxy.
 *
 * @param peer the client's address; with port 0 if a proxy does not tell it
 * @param scheme {@code http} or {@code https}
 * @param authority host and perhaps port, as in a {@code Host} header; empty if there is none
 * @param port 0 if there is no authority that is well-formed
 */
public record ClientSide(InetSocketAddress peer, String scheme, String authority, int port) {
    /** More proxies than that in a row are not looked at. */
    private static final int MAX_HOPS = 16;
    /** {@code 0.0.0.0}, from where nothing can come. */
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(anybody(), 0);

    private static InetAddress anybody() {
        return IpLiteral.parse("0.0.0.0").orElseThrow();
    }

    /** That of a request. */
    public static ClientSide of(Exchange exchange, TrustedProxies proxies) {
        return of(proxies, exchange.peer(), exchange.secure(), exchange::headers);
    }

    static ClientSide of(
            TrustedProxies proxies, InetSocketAddress peer, boolean secure, ForwardedHeaders.Headers headers) {
        String scheme = secure ? "https" : "http";
        String authority = headers.all("host").stream().findFirst().orElse("");
        if (!proxies.trusts(peer)) {
            return of(peer, scheme, authority, OptionalInt.empty());
        }
        ForwardedHeaders said =
                proxies.readsForwarded() ? ForwardedHeaders.standard(headers) : ForwardedHeaders.older(headers);
        return of(
                client(proxies, peer, said.forEach()),
                said.proto().orElse(scheme),
                said.host().orElse(authority),
                said.port());
    }

    private static ClientSide of(InetSocketAddress peer, String scheme, String authority, OptionalInt port) {
        int implied = Origin.parse(scheme + "://" + authority)
                .map(Origin::port)
                .orElse(OptionalInt.empty())
                .orElse(0);
        return new ClientSide(peer, scheme, authority, port.orElse(implied <= 0xFFFF ? implied : 0));
    }

    /**
     * The other end of a connection as a server that is not ours tells it, which may have it from a proxy.
     *
     * @param text an address; null or empty if there is none, as over a Unix domain socket, whose other end is on this machine. Of any other text it is not
     *     known whose it is: that is no address of anybody's, and no name is asked for
     * @param port counts if the text has none; none if it is not positive
     */
    public static InetSocketAddress told(@Nullable String text, int port) {
        if (text == null || text.isEmpty()) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
        InetSocketAddress known = address(text).orElse(UNKNOWN);
        return known.getPort() > 0 || port <= 0 ? known : new InetSocketAddress(known.getAddress(), port);
    }

    /** The host of the authority. */
    public String host() {
        return Origin.hostOf(authority);
    }

    private static InetSocketAddress client(TrustedProxies proxies, InetSocketAddress peer, List<String> hops) {
        InetSocketAddress client = peer;
        int last = hops.size() - 1;
        for (int i = last; i >= 0 && last - i < MAX_HOPS; i--) {
            Optional<InetSocketAddress> before = proxies.trusts(client) ? address(hops.get(i)) : Optional.empty();
            if (before.isEmpty()) {
                break;
            }
            client = before.get();
        }
        return client;
    }

    /** Reads {@code 1.2.3.4}, {@code 1.2.3.4:5}, {@code ::1}, {@code [::1]} or {@code [::1]:5}; never asks for a name. */
    static Optional<InetSocketAddress> address(String text) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', bracket + 1);
        boolean bareIpv6 = bracket < 0 && colon >= 0 && text.indexOf(':', colon + 1) >= 0;
        int end = bareIpv6 || colon < 0 ? text.length() : colon;
        String host = bracket < 0 ? text.substring(0, end) : text.substring(1, bracket);
        Optional<InetAddress> address = bracket >= 0 && bracket + 1 != end ? Optional.empty() : IpLiteral.parse(host);
        OptionalInt port = end < text.length() ? ForwardedHeaders.port(text.substring(end + 1)) : OptionalInt.of(0);
        return port.isEmpty() ? Optional.empty() : address.map(ip -> new InetSocketAddress(ip, port.getAsInt()));
    }
}
