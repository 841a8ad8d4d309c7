package dev.simurgh.journal;

import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one request from another under the same key: SHA-256 of its event and its payload. */
final class Fingerprint {
    private Fingerprint() {}

    /** Of an encoded payload. */
    static String of(String event, Payload payload) {
        MessageDigest digest = sha256();
        byte[] name = event.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (payload instanceof Payload.Binary ? 1 : 0));
        digest.update(name);
        digest.update((byte) 0);
        if (payload instanceof Payload.Json json) {
            digest.update(json.array(), json.offset(), json.length());
        } else if (payload instanceof Payload.Binary binary) {
            digest.update(binary.array(), binary.offset(), binary.length());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
