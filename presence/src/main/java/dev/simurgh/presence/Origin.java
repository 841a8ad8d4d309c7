package dev.simurgh.presence;

import dev.simurgh.pubsub.NodeId;
import java.nio.ByteBuffer;
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
    private static final int BYTES = 6;

    final NodeId node;
    private final String tag;

    Origin(NodeId node) {
        this.node = node;
        this.tag = tag(node);
    }

    String ref(long version) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(version);
        return tag + encoded(number.array(), Long.BYTES - BYTES);
    }

    private static String tag(NodeId node) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(node.toString().getBytes(StandardCharsets.UTF_8));
            return encoded(hash, 0);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
        }
    }

    private static String encoded(byte[] from, int offset) {
        return BASE64.encodeToString(Arrays.copyOfRange(from, offset, offset + BYTES));
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
