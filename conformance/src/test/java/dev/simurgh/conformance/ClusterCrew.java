package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jobs of nodes that are present on one topic, so that all nodes have to list the same. Tracked and listed by the nodes' consoles. */
final class ClusterCrew {
    static final String TOPIC = "room:crew";

    /** As many as one owner may have. */
    static final int JOBS = 100;

    private static final Pattern LISTED = Pattern.compile("\\{([^}]*)} (-?\\d+)");
    private static final Pattern NODE = Pattern.compile("([^ =,]+@[^=]+)=(\\d+)");

    /** How many there are of each node, and what is another number if one is another. */
    record Listed(Map<String, Integer> jobs, int hash) {
        /** As the node prints it. */
        String text() {
            return beginning(jobs) + hash;
        }
    }

    private ClusterCrew() {}

    /** Has jobs of a node present, from its start on. */
    static void begin(ClusterNode... nodes) {
        for (ClusterNode node : nodes) {
            node.ask("var crew = presence.owner()");
            node.ask("for (int i = 0; i < %d; i++) crew.track(\"%s\", node.self() + \" \" + i, Map.of(\"job\", i))"
                    .formatted(JOBS, TOPIC));
            node.ask("""
                    String listed() { var jobs = new java.util.TreeMap<String, Integer>(); var refs = new java.util.TreeSet<String>(); \
                    presence.list("%s").values().forEach(metas -> metas.forEach(meta -> { \
                    jobs.merge(meta.node().name(), 1, Integer::sum); refs.add(meta.ref()); })); \
                    return jobs.keySet() + " " + jobs + " " + refs.hashCode(); }""".formatted(TOPIC));
        }
    }

    /** Ends one job of a node. */
    static void end(ClusterNode node, int job) {
        node.answers("crew.untrack(\"%s\", node.self() + \" %d\")".formatted(TOPIC, job), "ok");
    }

    /** Has one more. */
    static void add(ClusterNode node, int job) {
        node.answers("crew.track(\"%s\", node.self() + \" %d\", Map.of())".formatted(TOPIC, job), "ok");
    }

    /** What a node lists as soon as its list begins with this, or a second later. */
    static Listed listed(ClusterNode node, String beginning) {
        Matcher listed = LISTED.matcher(node.askWhen("listed().startsWith(\"" + beginning + "\")", "listed()"));
        assertThat(listed.find()).as("a list of " + node.name()).isTrue();
        Map<String, Integer> jobs = new TreeMap<>();
        for (MatchResult each : NODE.matcher(listed.group(1)).results().toList()) {
            jobs.put(each.group(1), Integer.valueOf(each.group(2)));
        }
        return new Listed(jobs, Integer.parseInt(listed.group(2)));
    }

    private static String beginning(Map<String, Integer> jobs) {
        return new TreeSet<>(jobs.keySet()) + " " + new TreeMap<>(jobs) + " ";
    }

    /** Waits until a node lists so many of each node. */
    static void awaitJobs(ClusterNode node, Map<String, Integer> jobs) {
        NetworkRig.awaiting()
                .untilAsserted(
                        () -> assertThat(listed(node, beginning(jobs)).jobs()).isEqualTo(jobs));
    }

    /** Waits until these nodes list the same, which is their own jobs and nobody else's; what they list. */
    static Listed awaitSame(Duration limit, ClusterNode... nodes) {
        Set<String> names = Stream.of(nodes).map(ClusterNode::name).collect(Collectors.toCollection(TreeSet::new));
        AtomicReference<Listed> same = new AtomicReference<>();
        NetworkRig.awaiting().atMost(limit).untilAsserted(() -> {
            Listed first = listed(nodes[0], names + " ");
            assertThat(first.jobs().keySet()).as(nodes[0].name()).isEqualTo(names);
            for (ClusterNode node : List.of(nodes).subList(1, nodes.length)) {
                assertThat(listed(node, first.text())).as(node.name()).isEqualTo(first);
            }
            same.set(first);
        });
        return Objects.requireNonNull(same.get());
    }
}
