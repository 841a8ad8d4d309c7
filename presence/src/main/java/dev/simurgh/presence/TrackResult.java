package dev.simurgh.presence;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Reply;
import dev.simurgh.channel.Result;
import dev.simurgh.protocol.Protocol;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of tracking, updating or untracking: it is done, or it was refused for a reason that may be expected. */
public final class TrackResult {
    /** Why something was not done. */
    public enum Refusal {
        /** The same channel or owner has this key on this topic already. */
        ALREADY_TRACKED("already tracked"),
        /** The channel or owner has no such key on this topic. */
        NOT_TRACKED("not tracked"),
        /** The topic has as many entries as it may have, or their list is as long as it may be. */
        TOPIC_FULL("topic full"),
        /** The channel or owner has tracked as much as it may. */
        TOO_MANY("too many presences"),
        /** The channel or owner changes its metas too often; the next is taken a little later. */
        TOO_FAST("too many presence changes"),
        /** The key or the meta is too long. */
        TOO_LARGE("presence too large"),
        /** What this node has tracked takes as much memory as it may. */
        NODE_FULL("busy"),
        /** The channel or owner has ended, or the endpoint has. */
        ENDED("ended");

        private final String reason;

        Refusal(String reason) {
            this.reason = reason;
        }

        /** What a client is told. */
        public String reason() {
            return reason;
        }
    }

    private final @Nullable String ref;
    private final @Nullable Refusal refusal;

    private TrackResult(@Nullable String ref, @Nullable Refusal refusal) {
        this.ref = ref;
        this.refusal = refusal;
    }

    static TrackResult done(@Nullable String ref) {
        return new TrackResult(ref, null);
    }

    static TrackResult refused(Refusal refusal) {
        return new TrackResult(null, refusal);
    }

    /** Whether it was done. */
    public boolean isOk() {
        return refusal == null;
    }

    /** The new {@code phx_ref}; empty if nothing was tracked or updated. */
    public Optional<String> ref() {
        return Optional.ofNullable(ref);
    }

    /** Why it was not done; empty if it was. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** As the answer to a push: ok, or an error with the reason. */
    public Reply reply() {
        return refusal == null ? Result.ok() : Result.error(Map.of(Protocol.REASON, refusal.reason()));
    }

    /** As the answer to a join: the given one, or an error with the reason. */
    public JoinResult orRefuse(JoinResult accepted) {
        return refusal == null ? accepted : JoinResult.error(Map.of(Protocol.REASON, refusal.reason()));
    }

    @Override
    public String toString() {
        return refusal == null ? "ok" : refusal.reason();
    }
}
