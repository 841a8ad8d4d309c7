package dev.simurgh.conformance;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointCounts;
import dev.simurgh.protocol.Payload;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.ServerStats;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What the driver of a test asks the server to do, over HTTP. */
final class Control {
    private record Numbered(int n) {}

    private final Endpoint endpoint;
    private final Presences presences;
    private final Tokens tokens;
    private final Supplier<ServerStats> stats;

    Control(Endpoint endpoint, Presences presences, Tokens tokens, Supplier<ServerStats> stats) {
        this.endpoint = endpoint;
        this.presences = presences;
        this.tokens = tokens;
        this.stats = stats;
    }

    /** Broadcasts {@code payload} {@code n} times to a topic, or numbers from 1 on where none is given; on this node alone with {@code local=1}. */
    Response broadcast(Request request) {
        String topic = required(request, "topic");
        String event = required(request, "event");
        Optional<Payload> payload = optional(request, "payload").map(Payload::json);
        int times = optional(request, "n").map(Integer::parseInt).orElse(1);
        boolean local = optional(request, "local").isPresent();
        long start = System.nanoTime();
        for (int n = 1; n <= times; n++) {
            Object each = payload.isPresent() ? payload.get() : new Numbered(n);
            if (local) {
                endpoint.localBroadcast(topic, event, each);
            } else {
                endpoint.broadcast(topic, event, each);
            }
        }
        return Response.text("sent " + times + " in " + (System.nanoTime() - start) / 1000 + " us");
    }

    /** Ends the connections named {@code id}. */
    Response disconnect(Request request) {
        endpoint.disconnect(required(request, "id"));
        return Response.text("ok");
    }

    /** Signs a token for the user {@code id}, as of now or of {@code signed_at}, in seconds. */
    Response token(Request request) {
        String id = required(request, "id");
        Object userId = optional(request, "as").filter("string"::equals).isPresent() ? id : Long.valueOf(id);
        Tokens signer = optional(request, "signed_at")
                .map(seconds -> tokens.at(Instant.ofEpochSecond(Long.parseLong(seconds))))
                .orElse(tokens);
        return Response.text(signer.sign(AuthSocket.SALT, userId));
    }

    /** Tells how many bytes of heap are in use, garbage included. */
    Response memory(Request request) {
        Runtime runtime = Runtime.getRuntime();
        return Response.text(String.valueOf(runtime.totalMemory() - runtime.freeMemory()));
    }

    /** Tells what there is of clients and of what they hold: nothing, when nobody is there. */
    Response counts(Request request) {
        EndpointCounts held = endpoint.counts();
        ServerStats server = stats.get();
        return Response.json(
                ("{\"connections\":%d,\"channels\":%d,\"sessions\":%d,\"queuedBytes\":%d,\"subscriptions\":%d,\"timers\":%d,"
                                + "\"waitingBytes\":%d,\"presences\":%d}")
                        .formatted(
                                held.connections(),
                                held.channels(),
                                server.sessions(),
                                server.queuedBytes(),
                                held.subscriptions(),
                                held.timers(),
                                held.waitingBytes(),
                                presences.tracked()));
    }

    /** Tells who is on a topic, as this node's clients of it would be told. */
    CompletionStage<Response> presences(Request request) {
        String topic = required(request, "topic");
        return presences.of(topic).state(topic).thenApply(state -> Response.json(text(state)));
    }

    private static String text(Payload payload) {
        Payload.Json json = (Payload.Json) payload;
        return new String(json.array(), json.offset(), json.length(), StandardCharsets.UTF_8);
    }

    private static String required(Request request, String name) {
        return optional(request, name)
                .orElseThrow(
                        () -> new IllegalArgumentException("no " + name + " (expected: a parameter of that name)"));
    }

    private static Optional<String> optional(Request request, String name) {
        return Optional.ofNullable(request.params().get(name));
    }
}
