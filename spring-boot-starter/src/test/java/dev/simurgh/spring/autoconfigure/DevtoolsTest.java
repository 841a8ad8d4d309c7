package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.presence.Meta;
import dev.simurgh.presence.Presence;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.util.ClassUtils;

/**
 * An application under devtools, with a node of its cluster beside it that goes on: its classes change, devtools restart it, and its clients come
 * back. More restarts, and everywhere: {@code -Plong-tests -Dspring.restarts=20}.
 */
@EnabledIf("isWhereTheApplicationsPortIs")
@Tag("long")
class DevtoolsTest {
    private static final int RESTARTS = Integer.getInteger("spring.restarts", 2);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String LOADER = "org.springframework.boot.devtools.restart.classloader.RestartClassLoader";
    private static final Pattern OURS = Pattern.compile("^dev\\.simurgh\\.[^/]*$|\\.RestartClassLoader$");

    private enum Where {
        OWN_PORT("simurgh.server.port", "", "", "spring.main.web-application-type=none"),
        OWN_PORT_OF_MODULES_IN_WORK(
                "simurgh.server.port", "", "simurgh|jgroups|/target/classes/", "spring.main.web-application-type=none"),
        TOMCAT("server.port", "", "", "simurgh.server.mode=application-port"),
        WEBFLUX(
                "server.port",
                ".*(tomcat|servlet).*",
                "",
                "simurgh.server.mode=application-port spring.main.web-application-type=reactive");

        final String port;
        final String without;
        final String restarted;
        final String properties;

        Where(String port, String without, String restarted, String properties) {
            this.port = port;
            this.without = without;
            this.restarted = restarted;
            this.properties = properties;
        }
    }

    /** Not in the other runs of a build, which have no web server, or Spring Security before it. */
    static boolean isWhereTheApplicationsPortIs() {
        ClassLoader loader = DevtoolsTest.class.getClassLoader();
        return ClassUtils.isPresent("org.apache.catalina.startup.Tomcat", loader)
                && !ClassUtils.isPresent("org.springframework.security.core.Authentication", loader);
    }

    static List<Where> places() {
        if (Integer.getInteger("spring.restarts") != null) {
            return Arrays.asList(Where.values());
        }
        return List.of(SpringBootVersion.getVersion().startsWith("3.") ? Where.OWN_PORT : Where.TOMCAT);
    }

    record Present(int generation) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("places")
    void eachRestartHasTheNewClassesAndLeavesNothingOfTheOld(Where where) throws Exception {
        int port = Runners.freePort();
        int clusterPort = Runners.freePort();
        int othersPort = Runners.freePort();
        List<String> seen = new CopyOnWriteArrayList<>();
        Presence presence = Presence.builder().build();
        List<String> properties = new ArrayList<>(List.of(where.properties.split(" ")));
        properties.addAll(List.of(
                where.port + "=" + port,
                "simurgh.cluster.name=app@127.0.0.1:" + clusterPort,
                "simurgh.cluster.connect=other@127.0.0.1:" + othersPort,
                "simurgh.kept.topics[0].pattern=kept:*",
                "journal.url=jdbc:sqlite:" + folder.resolve("journal.db") + "?journal_mode=WAL"));
        try (Endpoint other = Endpoint.builder()
                        .cluster(JGroupsCluster.builder()
                                .name("other@127.0.0.1:" + othersPort)
                                .build())
                        .part(presence)
                        .build();
                RestartedProcess app = new RestartedProcess(folder, where.without, where.restarted, properties)) {
            other.node().addListener(new NodeListener() {
                @Override
                public void nodeUp(NodeId node) {
                    seen.add("up");
                }

                @Override
                public void nodeDown(NodeId node) {
                    seen.add("down");
                }
            });
            Supplier<List<Integer>> present = () -> presence.get("room:1", "client").stream()
                    .map((Meta meta) -> meta.as(Present.class).generation())
                    .toList();
            List<String> expected = new ArrayList<>(List.of("up"));
            Client client = answered(app, port, 1);
            await().atMost(LONG).untilAsserted(() -> assertThat(present.get()).containsExactly(1));
            Left first = left(app);
            for (int restart = 1; restart <= RESTARTS; restart++) {
                app.restart(restart + 1);
                assertThat(client.closeCode()).isEqualTo(1012);
                client = answered(app, port, restart + 1);
                expected.addAll(List.of("down", "up"));
                int generation = restart + 1;
                await().atMost(LONG)
                        .untilAsserted(() -> assertThat(present.get()).containsExactly(generation));
                assertThat(seen).isEqualTo(expected);
                assertThat(other.node().list()).containsExactly("app@127.0.0.1");
            }
            await().atMost(LONG).untilAsserted(() -> {
                Left last = left(app);
                assertThat(last.grown(first)).isEmpty();
                // the present one, and the first, which Boot itself keeps, as in BindConverter and its shutdown hook
                assertThat(last.objects.get(LOADER)).isLessThanOrEqualTo(2);
            });
            client.close();
            assertThat(app.log()).doesNotContain(" ERROR ");
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(Files.readString(folder.resolve("log.txt")), e);
        }
    }

    /** What there is in the application's process, by names. */
    record Left(Map<String, Long> objects, Map<String, Long> threads, Map<String, Long> descriptors) {
        /** Of what there is more, for each restart at least one. */
        Map<String, Long> grown(Left before) {
            Map<String, Long> grown = new TreeMap<>();
            for (Function<Left, Map<String, Long>> kind :
                    List.<Function<Left, Map<String, Long>>>of(Left::objects, Left::threads, Left::descriptors)) {
                kind.apply(this).forEach((name, now) -> {
                    long more = now - kind.apply(before).getOrDefault(name, 0L);
                    if (more >= RESTARTS
                            && !name.startsWith("parallel-")) { // Reactor's, one for each processor in the end
                        grown.put(name, more);
                    }
                });
            }
            return grown;
        }
    }

    private static Left left(RestartedProcess app) throws Exception {
        return new Left(app.objects(OURS), app.threads(), app.descriptors());
    }

    /** A client that has joined what the application has in this generation, and has asked all of it. */
    private static Client answered(RestartedProcess app, int port, int generation) {
        Client client = await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .failFast("the application has ended", () -> !app.isAlive())
                .until(() -> new Client(port), made -> true);
        client.say("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]");
        assertThat(next(client, "phx_reply")).contains("\"ok\"");
        assertThat(next(client, "presence_state")).contains("\"generation\":" + generation);
        assertThat(asked(client, "[\"1\",\"2\",\"room:1\",\"keep\",{\"number\":1}]"))
                .contains("{\"generation\":" + generation + ",\"offset\":" + generation + "}");
        assertThat(asked(client, "[\"1\",\"3\",\"room:1\",\"connections\",{}]"))
                .contains("{\"generation\":" + generation + ",\"number\":1}");
        assertThat(asked(client, "[\"4\",\"4\",\"count\",\"phx_join\",{}]")).contains("\"ok\"");
        assertThat(asked(client, "[\"4\",\"5\",\"count\",\"ask\",{\"number\":7}]"))
                .contains("{\"generation\":" + generation + ",\"number\":7}");
        return client;
    }

    private static String asked(Client client, String frame) {
        client.say(frame);
        return next(client, "phx_reply");
    }

    /** The next of that event: what presences change comes between. */
    private static String next(Client client, String event) {
        return Stream.generate(client::next)
                .limit(10)
                .filter(frame -> frame.contains("\"" + event + "\""))
                .findFirst()
                .orElseThrow();
    }
}
