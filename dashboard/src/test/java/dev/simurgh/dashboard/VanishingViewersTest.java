package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointCounts;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Viewers that open and are killed, many at a time: nothing of theirs stays, and nobody is told of errors. More of them: {@code -Ddashboard.viewers=1000}. */
class VanishingViewersTest {
    private static final int AT_A_TIME = 20;
    private static final int VIEWERS = Integer.getInteger("dashboard.viewers", 100);
    private static final int MANY = 300;

    @Test
    void viewersThatAreKilledLeaveNothing() {
        lookAndVanish(VIEWERS);
    }

    @Test
    @Tag("long")
    void hundredsLeaveNothing() {
        lookAndVanish(MANY);
    }

    private static void lookAndVanish(int viewers) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        root.addAppender(logged);
        Dashboard dashboard = Dashboard.builder(
                        Tokens.of("a secret of the test, long enough to be one"), DashboardAccess.loopback())
                .build();
        try (Endpoint endpoint = dashboard
                        .addTo(Endpoint.builder())
                        .socket("/socket", SocketSpec.builder().build())
                        .build();
                Server server = dashboard
                        .addTo(Server.builder(endpoint)
                                .host("127.0.0.1")
                                .port(0)
                                .eventLoops(1))
                        .start()) {
            String token = PageClient.token(server.port());
            for (int round = 0; round < viewers / AT_A_TIME; round++) {
                look(server.port(), token, round);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> dashboard.viewers().size() == 0);
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(dashboard.held()).isZero();
                assertThat(endpoint.counts()).isEqualTo(new EndpointCounts(0, 0, 0, 0, 0));
            });
        } finally {
            root.detachAppender(logged);
        }
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                // on a busy machine, whose classes are loaded only now
                .allMatch(event -> event.getMessage().contains("holds up its event loop"));
    }

    /** As many as may look at a time: each looks at a page, every other taps a topic; and all are killed. */
    private static void look(int port, String token, int round) {
        List<PageClient> pages = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            PageClient page = PageClient.connect(port, token);
            pages.add(page);
            assertThat(page.join().get("status").asText()).isEqualTo("ok");
            page.send("[\"1\",\"2\",\"dashboard:main\",\"look\",{\"page\":\"" + (i % 2 == 0 ? "overview" : "topics")
                    + "\"}]");
            if (i % 2 == 0) {
                page.send("[\"1\",\"3\",\"dashboard:main\",\"tap\",{\"topic\":\"room:" + round + "\"}]");
            }
        }
        pages.forEach(PageClient::abort);
    }
}
