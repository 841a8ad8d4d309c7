package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.NodeId;
import dev.simurgh.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One seed's history of nodes, of who is present there, and of mishaps: see {@link PresenceModelTest}. */
final class PresenceStory implements AutoCloseable {
    private static final List<String> TOPICS = List.of("t:1", "t:2");
    private static final List<String> NAMES = List.of("a@h", "b@h", "c@h", "d@h", "e@h");
    private static final int KEYS = 6;
    /** The longest is longer than a node waits before it asks again. */
    private static final List<Integer> DELAYS = List.of(0, 40, 80, 1500);

    private static final int SOON = 80;
    /** So many entries leave a quarter of the room free where there is little; and what one takes at most, with its share of the topics. */
    private static final int FEW = 12;

    private static final int ENTRY_BYTES = 320;

    private final Random random;
    private final TestCluster cluster;
    private final List<String> names;
    private final ReplicationOptions options;
    private final boolean crowded;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Set<String> paused = new TreeSet<>();
    private final List<String> told = new ArrayList<>();
    private int number;

    /** What an owner has tracked, by its place. */
    private static final class Owner {
        final PresenceOwner owner;
        final Map<PresenceOwner.Place, Map.Entry<String, Object>> tracked = new HashMap<>();

        Owner(PresenceOwner owner) {
            this.owner = owner;
        }
    }

    private final class Node {
        final PresenceNode node;
        final List<Owner> owners = new ArrayList<>();

        Node(String name) {
            node = new PresenceNode(cluster, name, TOPICS, builder -> builder.replication(options));
        }
    }

    PresenceStory(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        names = NAMES.subList(0, 3 + random.nextInt(3));
        boolean narrow = random.nextBoolean();
        crowded = random.nextInt(4) == 0;
        options = new ReplicationOptions(
                crowded ? FEW * ENTRY_BYTES * 4 / 3 : 1 << 20,
                ofSeconds(1 + random.nextInt(20)),
                narrow ? 16 * (1 + random.nextInt(8)) : 4096,
                narrow ? 100 + random.nextInt(300) : 256 << 10,
                ofMillis(random.nextInt(30)));
        cluster = TestCluster.seed(seed)
                .delay(Duration.ZERO, ofMillis(pick(DELAYS)))
                .lose(random.nextInt(4) * 0.1)
                .duplicate(random.nextInt(3) * 0.15)
                .detection(ofMillis(random.nextInt(3) * 900L));
        names.forEach(name -> nodes.put(name, new Node(name)));
        for (String from : names) {
            names.stream()
                    .filter(to -> !to.equals(from))
                    .forEach(to -> cluster.reorder(from, to, random.nextBoolean()));
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void step() {
        String name = pick(names);
        Node node = nodes.get(name);
        int what = random.nextInt(100);
        if (what < 70) {
            if (node != null && !paused.contains(name)) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    act(node);
                }
            }
        } else if (what < 76) {
            Set<String> side = new HashSet<>(List.of(name, pick(names)));
            tell("partition " + new TreeSet<>(side));
            cluster.partition(side);
        } else if (what < 81) {
            cutOrLose(name, pick(names), what < 79);
        } else if (what < 85) {
            tell("heal");
            cluster.heal();
        } else if (what < 88) {
            pauseOrResume(name);
        } else if (what < 94) {
            crashOrStart(name);
        } else {
            cluster.clock().advance(ofMillis(random.nextInt(3000)));
        }
        cluster.clock().advance(ofMillis(random.nextInt(60)));
        nodes.values().forEach(this::checkMeanwhile);
    }

    private void cutOrLose(String name, String other, boolean cut) {
        if (!other.equals(name)) {
            tell((cut ? "cut " : "lose all of ") + name + " " + other);
            if (cut) {
                cluster.cut(name, other);
            } else { // one way
                cluster.lose(name, other, 1);
            }
        }
    }

    private void act(Node node) {
        if (node.owners.size() < 3 || random.nextInt(10) == 0) {
            node.owners.add(new Owner(node.node.presence.owner()));
        }
        Owner owner = pick(node.owners);
        PresenceOwner.Place place = new PresenceOwner.Place(pick(TOPICS), "k" + random.nextInt(KEYS));
        int n = ++number;
        switch (random.nextInt(6)) {
            case 0, 1 -> tracked(owner, place, n, owner.owner.track(place.topic(), place.key(), Map.of("n", n)));
            case 2, 3 -> tracked(owner, place, n, owner.owner.update(place.topic(), place.key(), Map.of("n", n)));
            case 4 -> {
                boolean untracked =
                        owner.owner.untrack(place.topic(), place.key()).isOk();
                assertThat(owner.tracked.remove(place) != null).isEqualTo(untracked);
            }
            default -> {
                owner.owner.close();
                node.owners.remove(owner);
            }
        }
        tell(node.node.name + " " + owner.tracked);
    }

    private static void tracked(Owner owner, PresenceOwner.Place place, int n, TrackResult result) {
        result.ref().ifPresent(ref -> owner.tracked.put(place, Map.entry(ref, n)));
    }

    private void pauseOrResume(String name) {
        if (nodes.get(name) == null) {
            return;
        }
        tell("pause or resume " + name);
        if (paused.remove(name)) {
            cluster.resume(name);
        } else {
            paused.add(name);
            cluster.pause(name);
        }
    }

    private void crashOrStart(String name) {
        tell("crash or start " + name);
        Node node = nodes.remove(name);
        if (node == null) {
            nodes.put(name, new Node(name));
            return;
        }
        paused.remove(name);
        if (random.nextBoolean()) {
            cluster.crash(name);
        }
        node.node.close();
    }

    /** Nobody is on a list of a node that this does not reach. */
    private void checkMeanwhile(Node node) {
        Set<NodeId> reached = new HashSet<>(node.node.kit.endpoint().node().others());
        reached.add(node.node.kit.endpoint().node().id());
        for (String topic : TOPICS) {
            node.node
                    .presence
                    .list(topic)
                    .forEach((key, metas) -> metas.forEach(meta -> assertThat(reached)
                            .as(key + " on " + topic + " at " + node.node.name)
                            .contains(meta.node())));
        }
    }

    /** Everything works again, and time passes. */
    void calmDown() {
        cluster.heal().lose(0).duplicate(0).delay(Duration.ZERO, ofMillis(SOON));
        List.copyOf(paused).forEach(this::pauseOrResume);
        if (crowded) {
            nodes.values().forEach(this::thinOut);
        }
        cluster.clock().advance(ofSeconds(5));
    }

    /** Lets some go, so that there is room for all others everywhere. */
    private void thinOut(Node node) {
        while (seen() > FEW && !node.owners.isEmpty()) {
            node.owners.remove(0).owner.close();
        }
    }

    void check() {
        for (String topic : TOPICS) {
            Map<String, Map<String, Object>> truth = new TreeMap<>();
            nodes.values()
                    .forEach(node -> node.owners.forEach(owner -> owner.tracked.forEach((place, meta) -> {
                        if (place.topic().equals(topic)) {
                            truth.computeIfAbsent(place.key(), key -> new TreeMap<>())
                                    .put(meta.getKey(), meta.getValue());
                        }
                    })));
            for (Node node : nodes.values()) {
                assertThat(node.node.list(topic))
                        .as("list of " + topic + " at " + node.node.name)
                        .isEqualTo(truth);
                assertThat(node.node.watcher(topic).list())
                        .as("diffs of " + topic + " at " + node.node.name)
                        .isEqualTo(truth);
                assertThat(node.node.presence.count(topic)).isEqualTo(truth.size());
            }
        }
        checkIdle();
    }

    /** Once it is quiet, nodes say how far they are, and nothing else. */
    private void checkIdle() {
        Map<String, PresenceStats.Replication> before = new TreeMap<>();
        nodes.forEach((name, node) -> before.put(name, node.node.told()));
        cluster.clock().advance(ofSeconds(3));
        nodes.forEach((name, node) -> {
            PresenceStats.Replication then = Objects.requireNonNull(before.get(name));
            PresenceStats.Replication now = node.node.told();
            assertThat(now.deltas() + now.answers() + now.asked())
                    .as("messages of " + name)
                    .isEqualTo(then.deltas() + then.answers() + then.asked());
            assertThat(now.bytesSent() - then.bytesSent())
                    .as("bytes of " + name)
                    .isLessThan(6L * 3 * names.size());
            assertThat(now.malformed() + now.unknown()).isZero();
        });
    }

    /** How many are present in the end, on each node. */
    int seen() {
        return nodes.values().stream()
                .mapToInt(node -> node.node.presence.stats().own().tracked())
                .sum();
    }

    private void tell(String what) {
        told.add(cluster.clock().now() + " " + what);
    }

    List<String> told() {
        return told;
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.node.close());
    }
}
