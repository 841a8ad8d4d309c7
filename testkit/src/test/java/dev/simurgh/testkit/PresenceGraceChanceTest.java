package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.presence.Meta;
import dev.simurgh.presence.Presence;
import dev.simurgh.testkit.PresenceRoom.Device;
import dev.simurgh.testkit.PresenceRoom.Hello;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Windows of a few users come, break off, come back on any node, move and leave, while messages between the nodes are late, lost and cut off; in the end all see
 * exactly those who are there. {@code -Dpresence.grace.seeds=1000} tries more, {@code -Dpresence.grace.first=17} others.
 */
class PresenceGraceChanceTest {
    private static final List<String> NAMES = List.of("a@host", "b@host", "c@host");
    private static final List<String> USERS = List.of("anne", "bob", "cid", "dora");

    private record Node(Presence presence, ChannelCase chat) {}

    private static final class Window {
        final String user;
        final Joined joined;
        String device;

        Window(String user, String device, Joined joined) {
            this.user = user;
            this.device = device;
            this.joined = joined;
        }
    }

    static List<Long> seeds() {
        long first = Long.getLong("presence.grace.first", 1);
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < Integer.getInteger("presence.grace.seeds", 12); i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void inTheEndAllSeeThoseWhoAreThere(long seed) {
        Random chance = new Random(seed);
        TestCluster cluster = TestCluster.seed(seed)
                .delay(Duration.ZERO, Duration.ofMillis(30))
                .lose(0.05);
        List<Node> nodes = new ArrayList<>();
        for (String name : NAMES) {
            Presence presence = Presence.builder().grace(Duration.ofSeconds(3)).build();
            nodes.add(new Node(presence, cluster.channelCase(name, endpoint -> endpoint.part(presence))));
        }
        List<Window> windows = new ArrayList<>();
        for (int step = 0; step < 150; step++) {
            act(chance, cluster, nodes, windows);
        }
        cluster.heal();
        cluster.lose(0);
        cluster.clock().advance(Duration.ofSeconds(10));
        check(nodes, windows);
        nodes.forEach(node -> node.chat.close());
    }

    private static void act(Random chance, TestCluster cluster, List<Node> nodes, List<Window> windows) {
        int what = chance.nextInt(20);
        if (what < 7) {
            Node node = nodes.get(chance.nextInt(nodes.size()));
            String user = USERS.get(chance.nextInt(USERS.size()));
            String device = "device" + chance.nextInt(2);
            windows.add(new Window(
                    user,
                    device,
                    node.chat.connect(PresenceRoom.socket(node.presence)).join("room:1", new Hello(user, device))));
        } else if (what < 12 && !windows.isEmpty()) {
            Joined gone = windows.remove(chance.nextInt(windows.size())).joined;
            if (what < 11) {
                gone.close();
            } else {
                gone.leave();
            }
        } else if (what < 14 && !windows.isEmpty()) {
            Window window = windows.get(chance.nextInt(windows.size()));
            window.device = "moved" + chance.nextInt(2);
            window.joined.push("move", new Device(window.device));
        } else if (what == 14) {
            int one = chance.nextInt(NAMES.size());
            cluster.cut(NAMES.get(one), NAMES.get((one + 1) % NAMES.size()));
        } else if (what == 15) {
            cluster.heal();
        } else {
            cluster.clock().advance(Duration.ofMillis(chance.nextInt(2_000)));
        }
    }

    private static void check(List<Node> nodes, List<Window> windows) {
        Map<String, List<String>> there = new TreeMap<>();
        windows.forEach(window ->
                there.computeIfAbsent(window.user, any -> new ArrayList<>()).add(window.device));
        there.values().forEach(devices -> devices.sort(null));
        for (Node node : nodes) {
            Map<String, List<String>> listed = new TreeMap<>();
            node.presence
                    .list("room:1")
                    .forEach((user, metas) -> listed.put(
                            user,
                            metas.stream()
                                    .map(PresenceGraceChanceTest::device)
                                    .sorted()
                                    .toList()));
            assertThat(listed).isEqualTo(there);
            assertThat(node.presence.stats().own().lingering()).isZero();
        }
        for (Window window : windows) {
            window.joined.assertPresences(there.keySet().toArray(String[]::new));
            there.forEach((user, devices) -> window.joined.assertPresence(
                    user, devices.stream().map(Device::new).toArray()));
        }
    }

    private static String device(Meta meta) {
        return meta.as(Device.class).device();
    }
}
