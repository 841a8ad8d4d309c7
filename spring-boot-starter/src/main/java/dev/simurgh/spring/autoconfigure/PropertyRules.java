package dev.simurgh.spring.autoconfigure;

import static dev.simurgh.spring.autoconfigure.Rule.flag;
import static dev.simurgh.spring.autoconfigure.Rule.many;
import static dev.simurgh.spring.autoconfigure.Rule.number;
import static dev.simurgh.spring.autoconfigure.Rule.oneOf;
import static dev.simurgh.spring.autoconfigure.Rule.taken;
import static dev.simurgh.spring.autoconfigure.Rule.text;
import static dev.simurgh.spring.autoconfigure.Rule.time;

import dev.simurgh.spring.SimurghDashboardProperties;
import dev.simurgh.spring.SimurghJournalProperties;
import dev.simurgh.spring.SimurghProperties;
import dev.simurgh.spring.SimurghServerProperties;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.TrustedProxies;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What each property alone may say; {@link Contradictions} has what two of them must not. */
final class PropertyRules {
    /** More would be threads, and no carriers of connections. */
    private static final int MOST_EVENT_LOOPS = 1024;

    private static final int MOST_PORT = 65_535;
    private static final int LEAST_PASSWORD = 8;
    private static final int LEAST_CLUSTER_SECRET = 32;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration NO_TIME = Duration.ZERO;
    private static final Duration SOME_TIME = Duration.ofNanos(1);
    private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final Predicate<String> PATH = matches("(/(?!\\.{1,2}(/|$))[^/\\s?#{}%;:\\\\]+)+");
    private static final Predicate<String> PATH_OF_SOCKET = matches("(/(?!\\.{1,2}(/|$))(:\\w+|[^/\\s?#{}%;:\\\\]+))+");
    private static final Predicate<String> HOST =
            matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\\w+)?]?");
    private static final String NODE = "[A-Za-z0-9_.-]+@(\\[[0-9A-Fa-f:.]+(%\\w+)?]|[A-Za-z0-9_.-]+)";
    private static final Predicate<String> NODE_AND_PORT =
            matches(NODE + "(:\\d{1,5})?").and(PropertyRules::isPortAPort);
    private static final Predicate<String> TOPICS = matches("[^*\\s][^*]*\\*?|\\*");

    static final List<Rule<?>> ALL = List.of(
            text("simurgh.node-name", "name@host, such as server@10.0.0.5", matches(NODE)),
            taken("simurgh.secret-key-base", "64 random characters", Tokens::of).asSecret(),
            oneOf("simurgh.codec", SimurghProperties.Codec.class),
            text("simurgh.socket.path", "a path such as /socket, with no slash at its end", PATH_OF_SOCKET),
            number("simurgh.drain.batch-size", 1, Integer.MAX_VALUE),
            time("simurgh.drain.batch-interval", NO_TIME, DAY, "a time from zero to a day, such as 2s"),
            time("simurgh.drain.limit", NO_TIME, EVER, "a time, such as 20s"),
            // where clients connect
            oneOf("simurgh.server.mode", SimurghServerProperties.Mode.class),
            text("simurgh.server.host", "a host name or an address of this machine, such as 127.0.0.1", HOST),
            number("simurgh.server.port", 0, MOST_PORT),
            text("simurgh.server.ssl.certificate", "a file in PEM format", PropertyRules::isThere),
            text("simurgh.server.ssl.certificate-private-key", "a file in PEM format", PropertyRules::isThere),
            number("simurgh.server.event-loops", 1, MOST_EVENT_LOOPS),
            text("simurgh.server.health-path", "a path such as /health", PATH.or("/"::equals)),
            taken(
                    "simurgh.server.origins[*]",
                    "an origin such as https://shop.example.com, or * for everybody's",
                    value -> {
                        if (!value.equals("*")) {
                            OriginPolicy.of(value);
                        }
                    }),
            flag("simurgh.server.long-poll"),
            flag("simurgh.server.compress"),
            taken(
                    "simurgh.server.trusted-proxies[*]",
                    "a network such as 10.0.0.0/8",
                    value -> TrustedProxies.xForwarded(value)),
            number("simurgh.server.max-connections", 1, Integer.MAX_VALUE),
            number("simurgh.server.max-connections-per-address", 1, Integer.MAX_VALUE),
            // the cluster
            text("simurgh.cluster.name", "name@host, such as server@10.0.0.5, perhaps with :port", NODE_AND_PORT),
            number("simurgh.cluster.port", 1, MOST_PORT),
            text("simurgh.cluster.connect[*]", "name@host, such as other@10.0.0.6, perhaps with :port", NODE_AND_PORT),
            text("simurgh.cluster.dns[*]", "a host name", matches("[A-Za-z0-9._-]+")),
            text(
                            "simurgh.cluster.secret",
                            "at least 32 characters, such as from openssl rand -hex 32",
                            longEnough(LEAST_CLUSTER_SECRET))
                    .asSecret(),
            flag("simurgh.cluster.plaintext"),
            // who is there, and what is kept
            flag("simurgh.presence.enabled"),
            time("simurgh.presence.grace", NO_TIME, HOUR, "a time from zero to an hour, such as 5s"),
            oneOf("simurgh.journal.store", SimurghJournalProperties.Store.class),
            text("simurgh.journal.data-source", "the name of a bean of type DataSource", PropertyRules::isThere),
            text("simurgh.journal.file", "a file, such as data/journal.db", PropertyRules::isThere),
            text("simurgh.kept.topics[*].pattern", "a topic, or a pattern such as room:*", TOPICS),
            many("simurgh.kept.topics[*].max-entries"),
            time("simurgh.kept.topics[*].max-age", SOME_TIME, EVER, "a time, such as 7d"),
            flag("simurgh.kept.topics[*].compacted"),
            flag("simurgh.kept.topics[*].last-value"),
            // who looks at it
            oneOf("simurgh.dashboard.access", SimurghDashboardProperties.Access.class),
            text(
                    "simurgh.dashboard.path",
                    "a path such as /dashboard, or /admin/dashboard",
                    matches("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")),
            text("simurgh.dashboard.username", "a name without a colon", matches("[^:\\s]([^:]*[^:\\s])?")),
            text("simurgh.dashboard.password", "at least 8 characters", longEnough(LEAST_PASSWORD))
                    .asSecret(),
            flag("simurgh.dashboard.view-only"),
            flag("simurgh.dashboard.show-payloads"),
            flag("simurgh.health.readiness"),
            number("simurgh.health.min-nodes", 1, Integer.MAX_VALUE),
            flag("simurgh.health.journal"),
            flag("management.health.simurgh.enabled"),
            flag("simurgh.observations.enabled"),
            flag("simurgh.observations.topics"),
            // who may connect
            flag("simurgh.security.allow-anonymous"),
            flag("simurgh.security.basic"),
            time("simurgh.security.clock-skew", NO_TIME, DAY, "a time from zero to a day, such as 60s"),
            text("simurgh.security.renewal-topic", "one topic, or nothing for none", matches("[^*\\s]*")),
            text("simurgh.security.ticket.path", "a path such as /simurgh/ticket", PATH),
            time("simurgh.security.ticket.max-age", SOME_TIME, DAY, "more than zero, and a day at most, such as 30s"));

    private PropertyRules() {}

    private static Predicate<String> matches(String form) {
        return Pattern.compile(form).asMatchPredicate();
    }

    private static boolean isPortAPort(String node) {
        if (!node.matches(".*[^:\\[]:\\d+")) {
            return true;
        }
        int port = Integer.parseInt(node.substring(node.lastIndexOf(':') + 1));
        return port >= 1 && port <= MOST_PORT;
    }

    private static boolean isThere(String value) {
        return !value.isBlank();
    }

    private static Predicate<String> longEnough(int characters) {
        return value -> value.length() >= characters && !value.isBlank();
    }
}
