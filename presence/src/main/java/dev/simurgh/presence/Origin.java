package dev.simurgh.presence;

import dev.simurgh.protocol.JsonWriter;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The node that has tracked something, from its start to its end. It alone numbers its changes, and so makes the {@code phx_ref}s of what it tracks: 8
 * characters for the node and 8 for the number, so that no two in the cluster are the same.
 */
final class Origin {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 6;
    private static final int CHARS = 8;
    private static final int BITS = 6;

    final NodeId node;
    private final byte[] tag;

    Origin(NodeId node) {
        this.node = node;
        this.tag = tag(node);
    }

    String ref(long version) {
        JsonWriter out = new JsonWriter(2 * CHARS);
        ref(out, version);
        return new String(out.toBytes(), StandardCharsets.US_ASCII);
    }

    /** Writes the characters of a ref. */
    void ref(JsonWriter out, long version) {
        out.raw(tag);
        for (int shift = BITS * (CHARS - 1); shift >= 0; shift -= BITS) {
            out.raw((char) DIGITS[(int) (version >>> shift) & (DIGITS.length - 1)]);
        }
    }

    private static byte[] tag(NodeId node) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(node.toString().getBytes(StandardCharsets.UTF_8));
            return BASE64.encode(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Origin that && node.equals(that.node);
    }

    @Override
    public int hashCode() {
        return node.hashCode();
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
