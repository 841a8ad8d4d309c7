package dev.simurgh.testkit;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What becomes of seven nodes with channels, by chance: all that a test can do to a cluster, and all that a channel may hold when it ends.
 * Prints it, so that the stories of several JVMs can be compared.
 */
final class TestClusterStory {
    private static final Assigns.Key<Integer> NUMBER = Assigns.key("number");
    private static final List<String> NAMES =
            List.of("a@host", "b@host", "c@host", "d@host", "e@host", "f@host", "g@host");
    private static final int STEPS = 150;

    /** Listens to several topics, and tells of its end. */
    private static final SocketSpec SOCKET = SocketSpec.builder()
            .channel(
                    "room:*",
                    ChannelSpec.builder(Object::new)
                            .handleInfo(Integer.class, (channel, topics, socket) -> {
                                for (int i = 0; i < topics; i++) {
                                    socket.subscribe("news:" + socket.assigns().get(NUMBER) + ":" + i);
                                }
                                return Result.noReply();
                            })
                            .terminate((channel, reason, socket) ->
                                    socket.broadcast("ended:" + socket.assigns().get(NUMBER), Map.of()))
                            .build())
            .build();

    private final Random random;
    private final TestCluster cluster;
    private final Map<String, ChannelCase> nodes = new TreeMap<>();
    private final List<Joined> clients = new ArrayList<>();
    private int clientNumber;

    private TestClusterStory(long seed) {
        random = new Random(seed);
        cluster = TestCluster.seed(seed)
                .delay(Duration.ZERO, Duration.ofMillis(9))
                .lose(0.05);
        cluster.detection(Duration.ofMillis(random.nextInt(40)));
        NAMES.forEach(this::start);
        for (int step = 0; step < STEPS; step++) {
            act(random.nextInt(100), pick(NAMES), pick(NAMES));
            cluster.clock().advance(Duration.ofNanos(random.nextInt(3_000_000)));
        }
        nodes.values().forEach(ChannelCase::close);
    }

    private void start(String name) {
        ChannelCase node = cluster.channelCase(name);
        nodes.put(name, node);
        for (int i = 0; i < 5; i++) {
            join(node);
        }
    }

    private void join(ChannelCase node) {
        Assigns assigns = Assigns.of(NUMBER, clientNumber++);
        Joined joined = node.socket(SOCKET, assigns).join("room:" + random.nextInt(3));
        clients.add(joined.send(1 + random.nextInt(6)));
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a drain goes on by itself
    private void act(int what, String at, String other) {
        ChannelCase node = nodes.get(at);
        if (node == null) {
            start(at);
        } else if (what < 20) {
            if (!node.endpoint().isDraining()) {
                join(node);
            }
        } else if (what < 60) {
            node.endpoint().broadcast("room:" + what % 3, "said", Map.of());
        } else if (what < 75) {
            clients.remove(random.nextInt(clients.size())).close();
        } else if (what < 80) {
            node.endpoint().drain();
        } else if (what < 85) {
            cluster.partition(new HashSet<>(List.of(at, other)));
        } else if (what < 93) {
            cluster.heal();
        } else {
            cluster.crash(at);
            nodes.remove(at);
            node.close();
        }
    }

    static String of(long seed) {
        return new TestClusterStory(seed).cluster.toString();
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] seeds) {
        for (String seed : seeds) {
            byte[] story = (of(Long.parseLong(seed)) + "\n").getBytes(StandardCharsets.UTF_8);
            System.out.write(story, 0, story.length);
        }
        System.out.flush();
    }
}
