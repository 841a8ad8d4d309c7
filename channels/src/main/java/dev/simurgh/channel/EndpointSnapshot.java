package dev.simurgh.channel;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.PubSub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What an endpoint held at about one moment: each event loop answers for its own part.
 *
 * @param connections the connections, in no order
 * @param topics how many subscribers each topic has on this node; empty if some event loop has not answered
 * @param silentLoops how many event loops have not answered in time: what they hold is missing
 */
public record EndpointSnapshot(List<ConnectionInfo> connections, Map<String, Integer> topics, int silentLoops) {
    static final int PATIENCE_SECONDS = 5;

    /** How many channels are joined, or about to be. */
    public int channels() {
        return connections.stream()
                .mapToInt(connection -> connection.topics().size())
                .sum();
    }

    /** Asks each loop once. One that has ended, or hangs, is not waited for. */
    static CompletableFuture<EndpointSnapshot> of(Collection<ClientConnection> open, PubSub pubsub, Timers timers) {
        Map<EventLoop, List<ClientConnection>> byLoop = new HashMap<>();
        open.forEach(connection -> byLoop.computeIfAbsent(connection.loop(), loop -> new ArrayList<>())
                .add(connection));
        List<CompletableFuture<Optional<List<ConnectionInfo>>>> answers = new ArrayList<>();
        byLoop.forEach((loop, connections) -> {
            CompletableFuture<Optional<List<ConnectionInfo>>> answer = new CompletableFuture<>();
            answers.add(answer);
            if (!loop.tryExecute(() -> answer.complete(
                    Optional.of(connections.stream().map(ConnectionInfo::of).toList())))) {
                answer.complete(Optional.empty());
            }
        });
        CompletableFuture<Map<String, Integer>> topics = pubsub.topics();
        Runnable impatience = timers.schedule(Duration.ofSeconds(PATIENCE_SECONDS), () -> {
            answers.forEach(answer -> answer.complete(Optional.empty()));
            topics.complete(Map.of());
        });
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenCombine(topics, (done, counts) -> {
                    impatience.run();
                    var heard = answers.stream()
                            .map(CompletableFuture::join)
                            .flatMap(Optional::stream)
                            .toList();
                    return new EndpointSnapshot(
                            heard.stream().flatMap(List::stream).toList(), counts, answers.size() - heard.size());
                });
    }

    /**
     * One connection.
     *
     * @param mountPath the path of its socket
     * @param transport the kind of transport
     * @param version the version of its serializer
     * @param id its name, if it has one
     * @param topics the topics it has joined
     */
    public record ConnectionInfo(
            String mountPath, String transport, String version, Optional<String> id, List<String> topics) {
        /** On the connection's event loop. */
        static ConnectionInfo of(ClientConnection connection) {
            return new ConnectionInfo(
                    connection.mountPath(),
                    connection.transportName(),
                    connection.serializer().version(),
                    connection.id(),
                    connection.topics());
        }
    }
}
