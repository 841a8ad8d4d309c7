package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers that know nothing of each other, but share a PostgreSQL. */
@Timeout(60)
class KeptSharedTest {
    private static final int AT_ONCE = 20;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<ConformanceServer> servers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        String data = TestPostgres.running().database();
        for (int i = 0; i < 2; i++) {
            ConformanceServer server = ConformanceServer.start(ConformanceOptions.parse("--port", "0", "--data", data));
            servers.add(server);
            open.add(() -> server.stop().join());
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private TopicTalk talk(int server) {
        TopicTalk talk = TopicTalk.to(servers.get(server).port(), "kept:a");
        open.add(0, talk);
        return talk;
    }

    @Test
    void whatOneStoresTheOtherDelivers() throws Exception {
        TopicTalk here = talk(0);
        TopicTalk there = talk(1);
        here.join("{}");
        there.join("{}");
        String one = here.stored("{\"n\":1}");
        assertThat(there.next("put").path(1).asText()).isEqualTo(one);
        String two = there.stored("{\"n\":2}");
        assertThat(two).endsWith(":2");
        JsonNode third = here.next("put");
        while (!third.path(4).toString().equals("{\"n\":2}")) {
            third = here.next("put");
        }
        assertThat(third.path(1).asText()).isEqualTo(two);
    }

    @Test
    void theSameKeyIsStoredOnce() throws Exception {
        List<TopicTalk> talks = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            TopicTalk talk = talk(i % 2);
            talk.join("{}");
            talks.add(talk);
        }
        List<CompletableFuture<JsonNode>> replies = talks.stream()
                .map(talk -> CompletableFuture.supplyAsync(() -> put(talk)))
                .toList();
        assertThat(replies)
                .extracting(
                        reply -> reply.join().path("response").path("position").asText())
                .allSatisfy(position -> assertThat(position).endsWith(":1"));
        assertThat(talks.get(0).stored("{}")).endsWith(":2");
    }

    private static JsonNode put(TopicTalk talk) {
        try {
            return talk.put("{\"key\":\"k\"}");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
