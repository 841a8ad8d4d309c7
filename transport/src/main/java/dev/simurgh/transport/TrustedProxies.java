package dev.simurgh.transport;

import dev.simurgh.transport.admit.IpLiteral;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which proxies are believed when they say, in headers of a request, who the client is and what address it asked for. The
 * headers of everybody else count for nothing, since any client can send them. Immutable.
 *
 * <p>What is said changes {@code peer()} and {@code uri()} of the connect info, and the host that {@link
 * OriginPolicy#sameHost} compares with. A proxy must set or remove each of the headers that are read, and not pass on what
 * clients send in them.
 */
public final class TrustedProxies {
    private static final byte[] NONE_AT_ALL = {};
    private static final TrustedProxies NONE = new TrustedProxies(List.of(), false, "none");

    private final List<Network> networks;
    private final boolean standard;
    private final String text;

    private TrustedProxies(List<Network> networks, boolean standard, String text) {
        this.networks = networks;
        this.standard = standard;
        this.text = text;
    }

    /** Trusts nobody. */
    public static TrustedProxies none() {
        return NONE;
    }

    /**
     * Trusts the proxies of these addresses with the headers {@code X-Forwarded-For}, {@code -Proto}, {@code -Host} and
     * {@code -Port}.
     *
     * @param networks such as {@code 10.0.0.0/8}, {@code 192.168.1.7} or {@code fd00::/8}
     * @throws IllegalArgumentException if one is no network, or none is given
     */
    public static TrustedProxies xForwarded(String... networks) {
        return new TrustedProxies(parse(networks), false, "X-Forwarded-* of " + String.join(", ", networks));
    }

    /**
     * Trusts the proxies of these addresses with the header {@code Forwarded}, and no other.
     *
     * @param networks as for {@link #xForwarded}
     * @throws IllegalArgumentException if one is no network, or none is given
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>
     */
    public static TrustedProxies forwarded(String... networks) {
        return new TrustedProxies(parse(networks), true, "Forwarded of " + String.join(", ", networks));
    }

    private static List<Network> parse(String... networks) {
        if (networks.length == 0) {
            throw new IllegalArgumentException("networks: none (expected: at least one, or TrustedProxies.none())");
        }
        return Arrays.stream(networks).map(TrustedProxies::network).toList();
    }

    /** @param bits how many of the address stand for all of its network */
    private record Network(BigInteger prefix, int length, int bits) {
        static Network of(byte[] address, int bits) {
            return new Network(prefix(address, bits), address.length, bits);
        }

        boolean has(byte[] address) {
            return address.length == length && prefix(address, bits).equals(prefix);
        }

        private static BigInteger prefix(byte[] address, int bits) {
            return new BigInteger(1, address).shiftRight(address.length * 8 - bits);
        }
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = IpLiteral.parse(address).map(InetAddress::getAddress).orElse(NONE_AT_ALL);
        int most = bytes.length * 8;
        int bits = slash < 0 ? most : number(text.substring(slash + 1), most);
        if (bytes.length == 0 || bits < 0) {
            throw new IllegalArgumentException(
                    "network: " + text + " (expected: an address such as 10.0.0.7, or a network such as 10.0.0.0/8)");
        }
        return Network.of(bytes, bits);
    }

    /** A number up to the given one, or -1. */
    private static int number(String digits, int most) {
        boolean plain =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = plain ? Integer.parseInt(digits) : -1;
        return value <= most ? value : -1;
    }

    /** Tells whether a connection from there is of a trusted proxy. */
    public boolean trusts(InetSocketAddress address) {
        for (Network network : networks) {
            if (address.getAddress() != null && network.has(address.getAddress().getAddress())) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether the one header of RFC 7239 is read, and not the many older ones. */
    public boolean readsForwarded() {
        return standard;
    }

    /** Returns who is trusted with what, in words, for the log. */
    @Override
    public String toString() {
        return text;
    }
}
