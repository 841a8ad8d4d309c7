package dev.simurgh.transport.poll;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.token.Tokens;
import dev.simurgh.token.Verified;
import dev.simurgh.transport.LongPollOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The tokens by which clients are known to their sessions: the node that has the session, and the session's id, signed for one
 * socket. For any thread.
 */
final class SessionTokens {
    private final Tokens tokens;
    private final Duration maxAge;
    private final String salt;

    /**
     * Says where a session is.
     *
     * @param id that of the session on its node
     */
    record Place(NodeId node, String id) {}

    SessionTokens(LongPollOptions options, String mountPath) {
        this.tokens = options.tokens();
        this.maxAge = options.tokenMaxAge();
        this.salt = "long polling at " + mountPath;
        tokens.sign(salt, ""); // derives the key, which takes a while, here and not on an event loop
    }

    String sign(Place place) {
        return tokens.sign(salt, List.of(place.node().name(), place.node().start(), place.id()));
    }

    /**
     * Reads a token; empty if it is none of these, or too old. One from the future is taken, unlike Phoenix does: the clock of the node that
     * signed it may be ahead of this one's, and either may have been set back.
     */
    Optional<Place> read(String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Verified verified = tokens.verify(salt, token, maxAge);
        if (verified == Verified.Refused.INVALID) {
            verified = tokens.verify(salt, token, Tokens.FOREVER);
        }
        return verified.as(List.class).flatMap(SessionTokens::place);
    }

    private static Optional<Place> place(List<?> parts) {
        return parts.size() == 3
                        && parts.get(0) instanceof String name
                        && parts.get(1) instanceof Number start
                        && parts.get(2) instanceof String id
                ? Optional.of(new Place(new NodeId(name, start.longValue()), id))
                : Optional.empty();
    }
}
