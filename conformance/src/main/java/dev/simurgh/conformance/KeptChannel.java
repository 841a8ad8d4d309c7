package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.journal.JournalException;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.KeyReusedException;
import dev.simurgh.journal.Position;
import dev.simurgh.protocol.Payload;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Of a kept topic: what is put there is stored, and everybody gets it with its position. */
public final class KeptChannel {
    private record Stored(String position) {}

    private record Refusal(String reason) {}

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
    @SuppressWarnings("FutureReturnValueIgnored") // told to answer, which throws nothing
    Result put(Payload payload, Socket socket) {
        SocketRef ref = socket.ref();
        stored(payload, socket).whenComplete((position, failure) -> answer(ref, position, failure));
        return Result.noReply();
    }

    private CompletableFuture<Position> stored(Payload payload, Socket socket) {
        try {
            Optional<String> key = key(payload, socket);
            return key.isPresent()
                    ? kept.broadcastOnce(socket, key.get(), "put", payload)
                    : kept.broadcast(socket, "put", payload);
        } catch (IllegalArgumentException e) { // no object, or a key that is none
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Optional<String> key(Payload payload, Socket socket) {
        if (!(payload instanceof Payload.Json json) || !json.isObject()) {
            return Optional.empty();
        }
        JsonNode key = json.as(JsonNode.class, socket.endpoint().codec()).path("key");
        return key.isTextual() ? Optional.of(key.asText()) : Optional.empty();
    }

    private static void answer(SocketRef ref, @Nullable Position position, @Nullable Throwable failure) {
        if (position != null) {
            ref.ok(new Stored(position.toString()));
        } else {
            ref.error(new Refusal(reason(failure)));
        }
    }

    /** What is wrong with the database is nothing for clients. */
    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof IllegalArgumentException || cause instanceof KeyReusedException) {
            return String.valueOf(cause.getMessage());
        }
        boolean unknown = cause instanceof JournalException unstored && unstored.outcomeUnknown();
        return unknown ? "perhaps not stored" : "not stored";
    }

    /** For measuring: nobody asks whether it was stored. */
    Result pub(Payload payload, Socket socket) {
        socket.broadcast("msg", payload);
        return Result.noReply();
    }
}
