package dev.simurgh.journal;

import java.util.Objects;

/**
 * An idempotency key that a client gave a request, so that it can send it again.
 *
 * @param user whose key it is; may be empty if keys are such that nobody guesses them
 * @param key 1 to 255 characters
 * @param request what is asked for, so that another request under the same key is told from a repetition: a record, a map, or an encoded payload. It is
 *     compared as it is encoded, so that the same map in another order is another request
 */
public record RequestKey(String user, String key, Object request) {
    private static final int MAX_LENGTH = 255;

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it is empty, too long, or has a character U+0000
     */
    public RequestKey {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(request, "request");
        if (key.isEmpty() || key.length() > MAX_LENGTH || key.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "key: " + key.length() + " characters (expected: 1 to " + MAX_LENGTH + ", without U+0000)");
        }
    }
}
