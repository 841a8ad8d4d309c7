package chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Two nodes with one PostgreSQL, as docs/guides/spring.md starts them. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class TwoNodesTest {
    private EmbeddedPostgres postgres;
    private ConfigurableApplicationContext a;
    private ConfigurableApplicationContext b;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1)) // ten seconds by default
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        int port = freePort();
        a = node("a@127.0.0.1", "--simurgh.cluster.port=" + port);
        b = node("b@127.0.0.1", "--simurgh.cluster.connect=a@127.0.0.1:" + port);
    }

    private ConfigurableApplicationContext node(String name, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--server.port=0",
                "--simurgh.cluster.name=" + name,
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--logging.level.root=warn"));
        options.addAll(List.of(more));
        return SpringApplication.run(ChatApplication.class, options.toArray(String[]::new));
    }

    @AfterAll
    void stop() throws Exception {
        b.close();
        a.close();
        postgres.close();
    }

    @Test
    void theyAreOneChat() throws Exception {
        ChatClient attar = new ChatClient().comeIn(port(a), "attar", "feather");
        ChatClient hoopoe = new ChatClient().comeIn(port(b), "hoopoe", "feather");
        try (ChatClient.Line one = attar.connect(port(a));
                ChatClient.Line other = hoopoe.connect(port(b))) {
            one.join("lobby", "{\"room\":\"garden\",\"typing\":false}");
            one.await("lobby", "presence_state");
            other.join("lobby", "{\"room\":\"garden\",\"typing\":false}");
            assertThat(String.valueOf(one.await("lobby", "presence_diff").get("joins")))
                    .contains("hoopoe");

            one.join("room:garden", "{}");
            other.join("room:garden", "{}");
            one.push("room:garden", "say", "{\"text\":\"hello\",\"key\":\"a\"}");
            assertThat(other.await("room:garden", "said").get("text")).isEqualTo("hello");
        }
    }

    @Test
    void whoHasComeInAtOneHasComeInAtTheOtherAndWhoLeavesHasLeftBoth() throws Exception {
        ChatClient simurgh = new ChatClient().comeIn(port(a), "simurgh", "thirty birds");
        try (ChatClient.Line line = simurgh.connect(port(b))) {
            line.join("user:simurgh", "{}");
            simurgh.fill(port(a), "/", "/logout", Map.of());
            line.awaitEnd();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static int port(ConfigurableApplicationContext node) {
        return Integer.parseInt(node.getEnvironment().getRequiredProperty("local.server.port"));
    }
}
