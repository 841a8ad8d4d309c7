package dev.simurgh.transport.admit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An IP address as text, {@code 1.2.3.4} or {@code ::1}; never a name that would have to be asked for. */
public final class IpLiteral {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** The longest there is, with an IPv4 address at its end; what is beyond is looked at no more. */
    private static final int MAX_LENGTH = 45;

    private static final int GROUPS = 8;
    private static final int IPV6_BYTES = 16;

    private IpLiteral() {}

    /** Reads one, without the zone behind it if there is any; empty if it is none. */
    public static Optional<InetAddress> parse(String text) {
        return bytes(text).map(IpLiteral::address);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }

    /** The 4 bytes of an IPv4 address, or the 16 of an IPv6 one; empty if it is neither. */
    static Optional<byte[]> bytes(String text) {
        int percent = text.indexOf('%');
        String address = percent < 0 ? text : text.substring(0, percent);
        if (address.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        if (IPV4.matcher(address).matches()) {
            return ipv4(address);
        }
        return address.indexOf(':') < 0 ? Optional.empty() : ipv6(address);
    }

    private static Optional<byte[]> ipv4(String address) {
        byte[] bytes = new byte[4];
        int at = 0;
        for (String part : address.split("\\.", -1)) {
            int value = Integer.parseInt(part);
            if (value > 0xFF) {
                return Optional.empty();
            }
            bytes[at++] = (byte) value;
        }
        return Optional.of(bytes);
    }

    private static Optional<byte[]> ipv6(String address) {
        try {
            // in brackets the JDK takes it for a literal, and asks for no name
            byte[] bytes = InetAddress.getByName("[" + address + "]").getAddress();
            return Optional.of(bytes.length == IPV6_BYTES ? bytes : mapped(bytes));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** RFC 4291, section 2.5.5.2: the JDK gives the IPv4 address in it. */
    private static byte[] mapped(byte[] ipv4) {
        byte[] bytes = new byte[IPV6_BYTES];
        Arrays.fill(bytes, 10, 12, (byte) 0xFF);
        System.arraycopy(ipv4, 0, bytes, 12, 4);
        return bytes;
    }

    /** Writes one in the form that browsers send, RFC 5952 with an IPv6 one in brackets, and no IPv4 address at its end. */
    static String form(byte[] bytes) {
        if (bytes.length != IPV6_BYTES) {
            return address(bytes).getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << 8 | (bytes[2 * i + 1] & 0xFF);
        }
        int from = 0;
        int to = 0; // of the first of the longest runs of zeros
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > Math.max(1, to - from)) {
                from = i;
                to = end;
            }
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < GROUPS; i++) {
            if (i >= from && i < to) {
                text.append(i == from ? "::" : "");
            } else {
                text.append(i == 0 || (i == to && to > from) ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.append(']').toString();
    }
}
