package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Metric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Meters come and go with their endpoint, whatever the registry is and does. */
class RegistriesTest {
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z0-9_]+(?:\\{.*})?) (\\S+)$");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.simurgh.micrometer");
    private final StandIn.Loop loop = new StandIn.Loop();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.WARN);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    static Stream<MeterRegistry> registries() {
        CompositeMeterRegistry composite = new CompositeMeterRegistry();
        composite.add(new SimpleMeterRegistry());
        return Stream.of(
                new SimpleMeterRegistry(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                composite,
                new CompositeMeterRegistry());
    }

    private static Endpoint endpoint(EndpointMeters meters) {
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .nonBlocking()
                .handleIn("say", Payload.class, (c, payload, s) -> Result.noReply())
                .build();
        return Endpoint.builder()
                .part(meters)
                .socket(
                        "/socket",
                        SocketSpec.builder().channel("room:*", room).quiet().build())
                .build();
    }

    private void close(Endpoint endpoint) {
        endpoint.backstage().close(loop::runAll);
    }

    /** Connects a client that joins and pushes until an event is timed, so that all kinds of meters are there. */
    private StandIn use(Endpoint endpoint) {
        StandIn client = StandIn.connect(endpoint, loop, "websocket").join("room:1");
        for (int i = 0; i < 200; i++) {
            client.push("room:1", "say");
        }
        return client;
    }

    private static double gauge(MeterRegistry registry, String name) {
        Gauge found = registry.find(name).gauge();
        return found == null ? -1 : found.value();
    }

    @ParameterizedTest
    @MethodSource("registries")
    void nothingIsLeftOfAnEndpointThatIsClosed(MeterRegistry registry) {
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        use(endpoint).gone(1000, "");
        assertThat(registry.getMeters()).hasSizeGreaterThan(50);
        close(endpoint);
        assertThat(registry.getMeters()).isEmpty();
        if (registry instanceof PrometheusMeterRegistry prometheus) {
            assertThat(prometheus.scrape()).isEmpty();
        }
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("registries")
    void anEndpointThatIsMadeAgainIsTheOneThatIsShown(MeterRegistry registry) {
        for (int i = 0; i < 3; i++) {
            Endpoint endpoint = endpoint(EndpointMeters.of(registry));
            StandIn client = use(endpoint);
            if (!(registry instanceof CompositeMeterRegistry composite
                    && composite.getRegistries().isEmpty())) {
                assertThat(registry.get("simurgh.events").functionCounter().count())
                        .isEqualTo(200);
            }
            assertThat(registry.get("simurgh.connects")
                            .tag("endpoint", "simurgh")
                            .functionCounters())
                    .isNotEmpty();
            client.gone(1000, "");
            close(endpoint);
        }
    }

    @Test
    void afterThreeCollectionsAllIsStillThere() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        endpoint.backstage()
                .addMetrics(List.of(
                        Metric.gauge("simurgh.test.live", "", "Live", new ArrayList<>(List.of(1, 2))::size),
                        Metric.counter("simurgh.test.sum", "", "Sum", new Object() {
                            double sum() {
                                return 5;
                            }
                        }::sum)));
        StandIn client = use(endpoint);
        String before = registry.scrape();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        String after = registry.scrape();
        assertThat(after).contains("simurgh_test_live{endpoint=\"simurgh\"} 2.0");
        assertThat(after).contains("simurgh_test_sum_total{endpoint=\"simurgh\"} 5.0");
        assertThat(after.lines().count()).isEqualTo(before.lines().count());
        Matcher series = SERIES.matcher(after);
        while (series.find()) {
            assertThat(Double.parseDouble(series.group(2))).as(series.group(1)).isNotNaN();
        }
        client.gone(1000, "");
        close(endpoint);
    }

    @Test
    void endpointsOfOneRegistryAreToldApart() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Endpoint old = endpoint(EndpointMeters.of(registry));
        Endpoint chat = endpoint(EndpointMeters.builder(registry).name("chat").build());
        assertThat(lines()).isEmpty();
        Endpoint next = endpoint(EndpointMeters.of(registry));
        assertThat(lines())
                .singleElement()
                .asString()
                .isEqualTo(
                        "WARN meters of an endpoint have the tag endpoint=simurgh-2, since another has simurgh on the same"
                                + " registry (expected: a name of its own for each, EndpointMeters.builder(registry).name(...))");
        StandIn client = use(next);
        close(old); // as in a restart whose lives overlap
        close(chat);
        assertThat(registry.scrape())
                .contains(
                        "simurgh_events_total{channel=\"room:*\",endpoint=\"simurgh-2\",event=\"say\",socket=\"/socket\"} 200.0")
                .doesNotContain("endpoint=\"simurgh\"")
                .doesNotContain("endpoint=\"chat\"");
        Endpoint third = endpoint(EndpointMeters.of(registry));
        assertThat(registry.get("simurgh.connects").tag("endpoint", "simurgh").meters())
                .isNotEmpty();
        client.gone(1000, "");
        close(next);
        close(third);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void endpointsOfOneRegistryHaveTheSameKeys() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Endpoint first =
                endpoint(EndpointMeters.builder(registry).tag("region", "north").build());
        assertThat(registry.get("simurgh.drops").tag("region", "north").meters())
                .hasSize(8);
        assertThatThrownBy(() -> endpoint(EndpointMeters.of(registry)))
                .hasMessage(
                        "tags: [endpoint, outcome, socket, transport] of simurgh.connects (expected: [endpoint, outcome,"
                                + " region, socket, transport], as other endpoints on the registry have them)");
        close(first);
        assertThat(registry.getMeters()).isEmpty();
        close(endpoint(EndpointMeters.of(registry)));
    }

    @Test
    void aMetricWithOtherKeysThanOthersOfItsNameIsNotShown() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        DoubleSupplier reading = () -> 1;
        endpoint.backstage()
                .addMetrics(List.of(
                        Metric.gauge("simurgh.test.a", "", "A", reading).tagged("server", "1"),
                        Metric.gauge("simurgh.test.a", "", "A", reading).tagged("server", "2"),
                        Metric.gauge("simurgh.test.a", "", "A", reading).tagged("port", "1"),
                        Metric.counter("simurgh.connects", "", "A", reading)));
        assertThat(registry.get("simurgh.test.a").meters()).hasSize(2);
        assertThat(lines())
                .containsExactly(
                        "ERROR metric simurgh.test.a with the tags [endpoint, port] not shown (expected: the keys [endpoint,"
                                + " server], as others of its name have)",
                        "ERROR metric simurgh.connects with the tags [endpoint] not shown (expected: the keys [endpoint,"
                                + " outcome, socket, transport], as others of its name have)");
        close(endpoint);
    }

    @Test
    void whatTakesThePlaceOfAnotherIsShownWhicheverGoesFirst() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        Metric old = Metric.gauge("simurgh.test.b", "", "B", () -> 1);
        Metric next = Metric.gauge("simurgh.test.b", "", "B", () -> 2);
        Runnable endOld = endpoint.backstage().addMetrics(List.of(old));
        Runnable endNext = endpoint.backstage().addMetrics(List.of(next));
        assertThat(gauge(registry, "simurgh.test.b")).isEqualTo(2);
        endOld.run();
        assertThat(gauge(registry, "simurgh.test.b")).isEqualTo(2);
        endpoint.backstage().addMetrics(List.of(old));
        endNext.run();
        assertThat(gauge(registry, "simurgh.test.b")).isEqualTo(1);
        close(endpoint);
    }

    @Test
    void aReadingThatThrowsOrIsNoNumberShowsTheLastThatWas() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        double[] told = {4};
        endpoint.backstage()
                .addMetrics(List.of(
                        Metric.gauge("simurgh.test.c", "", "C", () -> told[0]),
                        Metric.gauge("simurgh.test.d", "", "D", () -> {
                            throw new AssertionError("on purpose");
                        })));
        assertThat(gauge(registry, "simurgh.test.c")).isEqualTo(4);
        told[0] = Double.NaN;
        assertThat(gauge(registry, "simurgh.test.c")).isEqualTo(4);
        assertThat(gauge(registry, "simurgh.test.d")).isZero();
        close(endpoint);
    }

    @Test
    void aRegistryThatRefusesOrChangesMetersIsFine() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("simurgh.event"))
                .meterFilter(MeterFilter.renameTag("simurgh", "channel", "topics"))
                .meterFilter(MeterFilter.ignoreTags("transport"))
                .commonTags("app", "mine");
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        use(endpoint).gone(1000, "");
        assertThat(registry.find("simurgh.event.duration").meters()).isEmpty();
        assertThat(registry.get("simurgh.crashes")
                        .tags("topics", "room:*", "app", "mine")
                        .meters())
                .hasSize(1);
        close(endpoint);
        assertThat(registry.getMeters()).isEmpty();
        assertThat(lines()).isEmpty();
    }

    private static MeterRegistry thatThrows(UnaryOperator<String> why) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String text = why.apply(id.getName());
                if (!text.isEmpty()) {
                    throw new IllegalStateException(text);
                }
                return id;
            }
        });
        return registry;
    }

    @Test
    void aRegistryThatThrowsHurtsNobody() {
        MeterRegistry registry =
                thatThrows(name -> name.equals("simurgh.connects") || name.contains("duration") ? "on purpose" : "");
        Endpoint endpoint = endpoint(EndpointMeters.of(registry));
        StandIn client = use(endpoint);
        assertThat(registry.get("simurgh.events").functionCounter().count()).isEqualTo(200);
        assertThat(registry.find("simurgh.connects").meters()).isEmpty();
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith(
                        "ERROR meter simurgh.connects not registered, nor others for which the registry does the same");
        client.gone(1000, "");
        close(endpoint);
        assertThat(registry.getMeters()).isEmpty();
    }
}
