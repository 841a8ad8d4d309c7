package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.EndpointListener.JoinOutcome;
import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.Limits;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.jakarta.SimurghServlet;
import dev.simurgh.micrometer.EndpointMeters;
import dev.simurgh.reactor.SimurghRoutes;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table of all meters is what a node with everything has: a server, and others on the application's port, a cluster, presences, kept topics. */
@Timeout(60)
class MetricsGuideTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(simurgh\\.[a-z.]+)` \\| (\\w+) \\| (\\w*) ?\\| (.*?) ?\\| (.+) \\|$");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final EndpointMeters meters = EndpointMeters.of(registry);

    @Test
    void theGuideHasEachMeterWithItsKindUnitAndTags() throws Exception {
        KeptData kept = KeptData.open(Optional.empty());
        Presences presences = new Presences();
        Endpoint.Builder builder = Endpoint.builder()
                .codec(PhoenixJson.codec())
                .part(meters)
                .scheduler(threads) // on newer versions of Java there would be no pool, which has meters of its own
                .part(kept.topics())
                .cluster(JGroupsCluster.builder()
                        .name("metrics@127.0.0.1")
                        .plaintext()
                        .build())
                .socket("/socket", UserSocket.spec(Limits.defaults(), kept.topics(), presences));
        presences.addTo(builder);
        Endpoint endpoint = builder.build();
        Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(0)
                .longPoll(LongPollOptions.of(Tokens.of(ConformanceServer.SECRET_KEY_BASE)))
                .start();
        SimurghRoutes hosted = SimurghRoutes.builder(endpoint).build();
        SimurghServlet servlet = SimurghServlet.builder(endpoint).build();
        try {
            useTimers(meters.listener().orElseThrow());
            Map<String, String> there = there();
            assertThat(servers()).hasSize(3).contains("application", "application-2");
            assertThat(String.join("\n", documented().values())).isEqualTo(String.join("\n", there.values()));
        } finally {
            server.stop().get(20, TimeUnit.SECONDS);
            hosted.close();
            servlet.close();
            endpoint.close();
            kept.close();
            threads.shutdown();
        }
        assertThat(there()).isEmpty();
    }

    /** Has each timer take a time, as it is not there before. */
    private static void useTimers(EndpointListener listener) {
        listener.connected("/socket", "websocket", ConnectOutcome.OK, 1);
        listener.disconnected("/socket", "websocket", 1000, "", 1);
        listener.resumed("/socket", "websocket", PauseCause.OVER_RATE, 1);
        listener.joined("/socket", "room:*", "", JoinOutcome.OK, 1);
        listener.waited("/socket", "room:*", "", 1);
        listener.handledIn("/socket", "room:*", "", "", 1);
        listener.caughtUp(1);
    }

    /** The rows by meter, without what they say. */
    private Map<String, String> there() {
        Map<String, String> rows = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            String keys = id.getTags().stream()
                    .map(Tag::getKey)
                    .filter(key -> !key.equals("endpoint"))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .toString();
            String unit = id.getBaseUnit() == null ? "" : id.getBaseUnit();
            String row = id.getName() + " | " + kind(id) + " | " + unit + " | " + keys;
            String before = rows.put(id.getName(), row);
            assertThat(before == null || before.equals(row))
                    .as(row + " and " + before)
                    .isTrue();
            assertThat(id.getDescription()).as(row).isNotBlank();
        }
        return rows;
    }

    private Set<String> servers() {
        return registry.find("simurgh.server.connections").meters().stream()
                .map(meter -> String.valueOf(meter.getId().getTag("server")))
                .collect(Collectors.toSet());
    }

    private static String kind(Meter.Id id) {
        return switch (id.getType()) {
            case COUNTER -> "counter";
            case TIMER -> "timer";
            default -> "gauge";
        };
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../docs/guides/metrics.md")));
        while (row.find()) {
            TreeSet<String> keys = new TreeSet<>();
            Matcher key = Pattern.compile("`(\\w+)`").matcher(row.group(4));
            while (key.find()) {
                keys.add(key.group(1));
            }
            assertThat(rows.put(
                            row.group(1), row.group(1) + " | " + row.group(2) + " | " + row.group(3) + " | " + keys))
                    .as("once: " + row.group(1))
                    .isNull();
        }
        return rows;
    }
}
