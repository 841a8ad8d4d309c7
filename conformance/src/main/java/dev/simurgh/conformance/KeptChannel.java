package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.StoredReply;
import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Of a kept topic: what is put there is stored, and everybody gets it with its position. */
public final class KeptChannel {
    private static final int MOST_KEY_CHARS = 255;

    private final KeptTopics kept;

    private KeptChannel(KeptTopics kept) {
        this.kept = kept;
    }

    /** The channel as it is declared. */
    public static ChannelSpec<KeptChannel> spec(KeptTopics kept) {
        return ChannelSpec.builder(() -> new KeptChannel(kept))
                .handleIn("put", Payload.class, KeptChannel::put)
                .handleIn("pub", Payload.class, KeptChannel::pub)
                .nonBlocking()
                .build();
    }

    /** Answers when it is durable. */
    Result put(Payload payload, Socket socket) {
        StoredReply.send(socket.ref(), stored(payload, socket));
        return Result.noReply();
    }

    private CompletableFuture<Position> stored(Payload payload, Socket socket) {
        try {
            Optional<String> key = key(payload, socket);
            return key.isPresent()
                    ? kept.broadcastOnce(socket, key.get(), "put", payload)
                    : kept.broadcast(socket, "put", payload);
        } catch (IllegalArgumentException e) { // no object
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Optional<String> key(Payload payload, Socket socket) {
        if (!(payload instanceof Payload.Json json) || !json.isObject()) {
            return Optional.empty();
        }
        JsonNode key = json.as(JsonNode.class, socket.endpoint().codec()).path("key");
        return key.isTextual() ? Optional.of(within(key.asText())) : Optional.empty();
    }

    /** Any text is a key here, also one that is none for {@link KeptTopics#broadcastOnce}. */
    private static String within(String key) {
        return key.isEmpty() || key.length() > MOST_KEY_CHARS || key.indexOf('\0') >= 0
                ? "hash of " + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
                : key;
    }

    /** For measuring: nobody asks whether it was stored. */
    Result pub(Payload payload, Socket socket) {
        socket.broadcast("msg", payload);
        return Result.noReply();
    }
}
