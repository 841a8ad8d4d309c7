package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.spring.SimurghProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What makes no sense is refused by each property there is, with its name, its value and what it may say. */
class PropertiesTest {
    private static final String KEPT = "simurgh.kept.topics";

    /** What no property may say, by the type that the metadata tells. */
    private static final Map<String, List<String>> NONSENSE = Map.of(
            "java.lang.Integer", List.of("-1", "99999999999", "1.5", "many"),
            "java.lang.Long", List.of("-1", "0", "99999999999999999999", "many"),
            "java.lang.Boolean", List.of("maybe", "-1"),
            "java.time.Duration", List.of("-1s", "soon", "99999999999999999d"),
            "java.nio.file.Path", List.of(" ", "${nothing.has.this}"),
            "java.lang.String", List.of("", " ", "* *", "${nothing.has.this}"),
            "java.util.List<java.lang.String>", List.of("a b", "://", "${nothing.has.this}"));

    /** What looks like nonsense, and has a meaning; and why. */
    private static final Set<String> FINE = Set.of(
            "simurgh.security.renewal-topic=", // none
            "simurgh.journal.data-source=* *", // a bean may be called whatever its author likes
            "simurgh.dashboard.username=* *"); // so may a user

    private static StandardEnvironment environment(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return environment;
    }

    private static List<String> problems(String... properties) {
        Map<String, Object> all = Stream.of(properties)
                .map(property -> property.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        return PropertyCheck.problems(new Told(environment(all)), false).stream()
                .map(Problem::description)
                .toList();
    }

    /** As the metadata has them; those of the elements of a list it does not have. */
    private static Map<String, String> propertiesAndTypes() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (JsonNode property : MetadataTest.properties()) {
            all.put(property.path("name").textValue(), property.path("type").textValue());
        }
        assertThat(all).hasSizeGreaterThan(45).containsKey(KEPT);
        all.remove(KEPT);
        all.put(KEPT + "[0].pattern", "java.lang.String");
        all.put(KEPT + "[0].max-entries", "java.lang.Long");
        all.put(KEPT + "[0].max-age", "java.time.Duration");
        all.put(KEPT + "[0].compacted", "java.lang.Boolean");
        all.put(KEPT + "[0].last-value", "java.lang.Boolean");
        all.put("management.health.simurgh.enabled", "java.lang.Boolean");
        return all;
    }

    @Test
    void thereIsARuleForEachPropertyAndNoOther() throws IOException {
        assertThat(new TreeSet<>(PropertyRules.ALL.stream()
                        .map(rule ->
                                rule.name().replace("topics[*]", "topics[0]").replace("[*]", ""))
                        .toList()))
                .isEqualTo(new TreeSet<>(propertiesAndTypes().keySet()));
    }

    @Test
    void noPropertyTakesNonsense() throws IOException {
        List<String> taken = new ArrayList<>();
        propertiesAndTypes().forEach((name, type) -> {
            for (String value : NONSENSE.getOrDefault(type, List.of("nonsense"))) { // the others are names
                List<String> told = problems(name + "=" + value);
                if (told.isEmpty()) {
                    taken.add(name + "=" + value);
                } else {
                    assertThat(told)
                            .as(name + "=" + value)
                            .anySatisfy(text -> assertThat(text)
                                    .startsWith(name + ": ")
                                    .contains(" (expected: ")
                                    .contains("Origin: "));
                }
            }
        });
        assertThat(taken).containsExactlyInAnyOrderElementsOf(FINE);
    }

    @Test
    void whatHasTheTypeOfANumberTellsItsBoundsAndIsNoneThatIsBlank() throws IOException {
        propertiesAndTypes().forEach((name, type) -> {
            if (type.equals("java.lang.Integer") || type.equals("java.time.Duration") || type.endsWith("Boolean")) {
                assertThat(problems(name + "=")).as(name).noneMatch(text -> text.startsWith(name + ": "));
            }
        });
        assertThat(problems("simurgh.server.port=-5"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith(
                        "simurgh.server.port: -5 (expected: 0 to 65535)\n    Origin: \"simurgh.server.port\" from property source");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    simurgh.node-name           | app                        | name@host, such as
                    simurgh.node-name           | app@10.0.0.5:7700          | name@host, such as
                    simurgh.socket.path         | /socket/                   | a path such as /socket, with no slash at its end
                    simurgh.socket.path         | /a/../socket               | a path such as /socket
                    simurgh.socket.path         | /socket/{org}              | a path such as /socket
                    simurgh.drain.batch-size    | 0                          | a number, at least 1
                    simurgh.server.host         | http://localhost           | a host name or an address
                    simurgh.server.event-loops  | 0                          | 1 to 1024
                    simurgh.server.event-loops  | 2000000                    | 1 to 1024
                    simurgh.server.port         | 65536                      | 0 to 65535
                    simurgh.server.health-path  | health                     | a path such as /health
                    simurgh.server.origins      | https://shop.example.com/x | an origin without a path
                    simurgh.server.origins[0]   | shop.example.com           |
                    simurgh.server.trusted-proxies | 10.0.0.0/33             | an address such as 10.0.0.7, or a network such as
                    simurgh.cluster.name        | a@b@c                      | name@host
                    simurgh.cluster.name        | a@10.0.0.5:65536           | name@host
                    simurgh.cluster.connect[0]  | b@10.0.0.6:0               | name@host
                    simurgh.cluster.port        | 0                          | 1 to 65535
                    simurgh.health.min-nodes    | -3                         | a number, at least 1
                    simurgh.presence.grace      | 2h                         | a time from zero to an hour
                    simurgh.dashboard.path      | /                          | a path such as /dashboard
                    simurgh.dashboard.path      | dashboard                  | a path such as /dashboard
                    simurgh.dashboard.username  | a:b                        | a name without a colon
                    simurgh.server.mode         | both                       | one of own-port, application-port, none
                    simurgh.security.ticket.max-age | 2d                     | a day at most
                    simurgh.kept.topics[0].pattern | room:*:x                | a pattern such as room:*
                    simurgh.kept.topics[0].max-age | 0s                      | a time, such as 7d
                    """)
    void whatIsAlmostRightIsRefusedAsWell(String name, String value, @Nullable String rule) {
        assertThat(problems(name + "=" + value))
                .anySatisfy(text -> assertThat(text)
                        .startsWith(name + ": " + value + " (expected: ")
                        .contains(rule == null ? "" : rule));
    }

    @Test
    void whatIsUnusualIsTaken() {
        assertThat(problems(
                        "simurgh.server.mode=OWN_PORT",
                        "simurgh.server.port=0",
                        "simurgh.server.host=::1",
                        "simurgh.server.event-loops=1",
                        "simurgh.server.health-path=/",
                        "simurgh.server.origins=https://a.example.com,http://localhost:*",
                        "simurgh.server.trusted-proxies[0]=10.0.0.0/8",
                        "simurgh.server.trusted-proxies[1]=::1",
                        "simurgh.socket.path=/socket/:org/v1.2",
                        "simurgh.cluster.name=a@[::1]:7701",
                        "simurgh.cluster.port=7701",
                        "simurgh.cluster.connect=b@10.0.0.6,c@node-7.example.com:7702",
                        "simurgh.cluster.dns[0]=simurgh-headless.default.svc.cluster.local",
                        "simurgh.cluster.secret=0123456789abcdef0123456789abcdef",
                        "simurgh.drain.batch-interval=0",
                        "simurgh.drain.limit=29s",
                        "simurgh.kept.topics[0].pattern=*",
                        "simurgh.kept.topics[0].max-age=36500d",
                        "simurgh.dashboard.path=/admin/dash~board",
                        "simurgh.presence.enabled=off",
                        "simurgh.security.clock-skew=0"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    simurgh.server.max-connections=10       | simurgh.server.max-connections-per-address=11 | at most simurgh.server.max-connections, 10
                    simurgh.cluster.name=a@127.0.0.1        | simurgh.node-name=a@127.0.0.1                 | none, since simurgh.cluster.name names this node
                    simurgh.cluster.name=a@127.0.0.1:7700   | simurgh.cluster.port=7701                     | that of simurgh.cluster.name, 7700, or none
                    simurgh.presence.enabled=true           | simurgh.cluster.connect=b@10.0.0.6            | simurgh.cluster.name beside it
                    simurgh.presence.enabled=true           | simurgh.cluster.dns[0]=nodes                  | simurgh.cluster.name beside it
                    simurgh.cluster.secret=0123456789abcdef0123456789abcdef | simurgh.cluster.plaintext=true | false, since there is simurgh.cluster.secret
                    simurgh.journal.store=memory            | simurgh.journal.file=a.db                     | none with simurgh.journal.store
                    simurgh.journal.store=sqlite            | simurgh.journal.data-source=pool              | none with simurgh.journal.store
                    simurgh.journal.data-source=pool        | simurgh.journal.file=a.db                     | one of it and simurgh.journal.data-source
                    simurgh.server.port=0                   | simurgh.server.ssl.certificate=a.pem          | simurgh.server.ssl.certificate-private-key beside it
                    simurgh.server.port=0                   | simurgh.server.ssl.certificate-private-key=a.pem | simurgh.server.ssl.certificate beside it
                    simurgh.server.port=0                   | simurgh.server.origins=*,https://a.example.com | * alone, or origins without it
                    simurgh.server.port=0                   | simurgh.drain.limit=30s                       | less than spring.lifecycle.timeout-per-shutdown-phase, 30000 ms
                    simurgh.kept.topics[0].pattern=a        | simurgh.kept.topics[1].max-age=1d             | a topic, or a pattern such as room:*
                    """)
    void whatDoesNotGoTogetherIsRefused(String one, String other, String rule) {
        String name = other.substring(0, other.indexOf('=')).replace("[1].max-age", "[1].pattern");
        assertThat(problems(one)).isEmpty();
        assertThat(problems(one, other))
                .anySatisfy(text -> assertThat(text).startsWith(name + ": ").contains("(expected: " + rule));
    }

    @Test
    void aCertificateThatCannotBeReadIsSaidWhereItIsNeeded() {
        String[] files = {
            "simurgh.server.ssl.certificate=/nowhere/a.pem", "simurgh.server.ssl.certificate-private-key=/nowhere/b.pem"
        };
        assertThat(problems(files))
                .hasSize(2)
                .first()
                .asString()
                .startsWith(
                        "simurgh.server.ssl.certificate: /nowhere/a.pem (expected: a file that this process can read)");
        assertThat(problems(files[0], files[1], "simurgh.server.mode=none")).isEmpty();
    }

    @Test
    void compactedTopicsHaveNoLastValue() {
        assertThat(problems(KEPT + "[0].pattern=a", KEPT + "[0].compacted=true", KEPT + "[0].last-value=true"))
                .singleElement()
                .asString()
                .startsWith(KEPT + "[0].last-value: true (expected: false, since " + KEPT + "[0].compacted is true");
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(problems(
                        "simurgh.secret-key-base=tell-nobody",
                        "simurgh.cluster.secret=tell-nobody",
                        "simurgh.dashboard.password=nobody"))
                .hasSize(3)
                .allSatisfy(text -> assertThat(text).contains(": one of ").contains(" characters (expected: "))
                .noneMatch(text -> text.contains("nobody"));
        assertThat(problems("simurgh.cluster.secret=${no.such.thing:and-too-short}"))
                .singleElement()
                .asString()
                .doesNotContain("too-short");
    }

    @Test
    void aListIsAllOfTheSourceThatGoesBeforeOthers() {
        StandardEnvironment environment = environment(
                Map.of(KEPT + "[0].pattern", "a", KEPT + "[0].compacted", "true", KEPT + "[1].max-age", "0s"));
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "profile", Map.of(KEPT + "[0].pattern", "a", KEPT + "[0].last-value", "true")));
        assertThat(PropertyCheck.problems(new Told(environment), false)).isEmpty();
    }

    @Configuration
    static class ValuesOfItsOwn {
        @Bean
        static PropertySourcesPlaceholderConfigurer placeholders() {
            Properties own = new Properties();
            own.setProperty("the.limit", "7s");
            PropertySourcesPlaceholderConfigurer placeholders = new PropertySourcesPlaceholderConfigurer();
            placeholders.setProperties(own);
            return placeholders;
        }
    }

    @Test
    void aPlaceholderMayBeKnownByABeanOnly() {
        Runners.portless()
                .withUserConfiguration(ValuesOfItsOwn.class)
                .withPropertyValues("simurgh.drain.limit=${the.limit}")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .getBean(SimurghProperties.class)
                        .extracting(all -> all.drain().limit())
                        .isEqualTo(Duration.ofSeconds(7)));
    }

    /** Spring Boot's own properties of certificates take it so. */
    @Test
    void aKeyInThePlaceOfItsFileIsNotShown() {
        String key = "-----BEGIN PRIVATE KEY-----\nnobody\n-----END PRIVATE KEY-----";
        assertThat(problems(
                        "simurgh.server.ssl.certificate=/nowhere/a.pem",
                        "simurgh.server.ssl.certificate-private-key=" + key))
                .hasSize(2)
                .noneMatch(text -> text.contains("nobody"))
                .last()
                .asString()
                .startsWith("simurgh.server.ssl.certificate-private-key: one of " + key.length()
                        + " characters (expected: a file that this process can read)");
    }

    /** Else it would be right, and nobody would serve. */
    @ParameterizedTest
    @ValueSource(strings = {"OWN_PORT", "own port", "Own.Port"})
    void whateverSpellingAModeIsTakenInHasItsPort(String mode) {
        assertThat(problems("simurgh.server.mode=" + mode)).isEmpty();
        Runners.context()
                .withPropertyValues("simurgh.server.mode=" + mode)
                .run(context -> assertThat(
                                context.getBean(ServerLifecycle.class).port())
                        .isPositive());
    }

    /** Spring Boot takes it as it stands: a secret that everybody can guess. */
    @Test
    void aPlaceholderThatNothingKnowsIsNoSecret() {
        assertThat(problems("simurgh.cluster.secret=${CLUSTER_SECRET_OF_THE_WHOLE_CLUSTER}"))
                .singleElement()
                .asString()
                .startsWith("simurgh.cluster.secret: a placeholder (expected: a value; nothing is known by the name");
        assertThat(problems("simurgh.server.port=${the.port}", "the.port=-7"))
                .singleElement()
                .asString()
                .startsWith("simurgh.server.port: -7, from ${the.port} (expected: 0 to 65535)");
    }

    @Test
    void aNameIsSpelledAsTheApplicationDoesIt() {
        assertThat(problems("simurgh.server.healthPath=health"))
                .singleElement()
                .asString()
                .startsWith("simurgh.server.healthPath: health (expected: ");
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        "systemEnvironment",
                        Map.of("SIMURGH_SERVER_PORT", "high", "SIMURGH_KEPT_TOPICS_0_MAX_AGE", "old")));
        assertThat(PropertyCheck.problems(new Told(environment), false))
                .extracting(Problem::description, Problem::action)
                .satisfiesExactlyInAnyOrder(
                        port -> assertThat(port.toList().get(0).toString())
                                .startsWith("SIMURGH_SERVER_PORT: high (expected: 0 to 65535)\n    Origin: "),
                        age -> assertThat(age.toList())
                                .satisfies(texts -> assertThat(texts.get(0).toString())
                                        .startsWith("SIMURGH_KEPT_TOPICS_0_MAX_AGE: old"))
                                .contains("Change SIMURGH_KEPT_TOPICS_0_MAX_AGE."));
    }
}
