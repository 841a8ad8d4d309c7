package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plays random interleavings of a client, its event loop, the scheduler's threads and the clock, on one thread and seeded, and checks
 * what must hold in each: the life of a join, as the client sees it, goes in order and ends once.
 */
class InterleavingTest {
    private static final int HISTORIES = 1000;
    private static final int STEPS = 60;
    /** A crash is an error, or a close if a newer join came before its end was told. Replies to leaves are left out. */
    private static final String LIFE =
            "join error|join ok( hello| phx_reply)*( phx_close( goodbye)?| goodbye phx_(error|close))?";

    /** One history: a connection, and what came of each of its joins. */
    private static final class History {
        private final Random random;
        private final Rig rig;
        private final Client client;
        private final Map<String, List<String>> lives = new TreeMap<>();
        private final Map<String, Integer> answers = new HashMap<>();
        private final Map<String, String> current = new HashMap<>();
        private final Set<String> leaves = new HashSet<>();
        private int refs;
        private int saidYes;

        History(Setup setup, long seed) {
            random = new Random(seed);
            rig = new Rig(setup);
            rig.channel(
                    "room:*",
                    spec -> spec.join(Map.class, (c, p, s) -> {
                                if (p.containsKey("no")) {
                                    return JoinResult.error();
                                }
                                s.send("hello");
                                saidYes++;
                                return JoinResult.ok();
                            })
                            .handleInfo(String.class, (c, text, s) -> {
                                s.push("hello", Map.of());
                                return Result.noReply();
                            })
                            .handleIn("echo", Map.class, (c, p, s) -> Result.ok(p))
                            .handleIn(
                                    "stop", Map.class, (c, p, s) -> Result.ok().andStop())
                            .terminate((c, reason, s) -> {
                                rig.journal.add("terminate");
                                s.push("goodbye", Map.of());
                            }));
            client = rig.connect();
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            rig.settle();
            rig.advance(Duration.ofMinutes(1));
            read();
        }

        private void step() {
            String topic = "room:" + random.nextInt(2);
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> join(topic, "{}");
                case 3 -> join(topic, "{\"no\":1}");
                case 4 -> send(topic, "phx_leave");
                case 5 -> send(topic, "stop");
                case 6 -> send(topic, "unknown");
                case 7, 8, 9 -> send(topic, "echo");
                case 10 -> rig.timers.advance(Duration.ofSeconds(random.nextInt(6)), () -> {});
                case 11, 12, 13, 14, 15 -> rig.loop().runOne();
                default -> rig.scheduler.runAny(random);
            }
        }

        private void join(String topic, String payload) {
            String ref = "j" + refs++;
            current.put(topic, ref);
            lives.put(ref, new ArrayList<>());
            answers.put(ref, 0);
            client.send(Vsn.V2.message(ref, ref, topic, "phx_join", payload));
        }

        private void send(String topic, String event) {
            String ref = "m" + refs++;
            answers.put(ref, 0);
            if (event.equals("phx_leave")) {
                leaves.add(ref);
            }
            client.send(Vsn.V2.message(current.get(topic), ref, topic, event, "{}"));
        }

        private void read() {
            for (String frame : client.received()) {
                String[] parts = frame.replace("\"", "").substring(1).split(",", 5);
                String joinRef = parts[0];
                String ref = parts[1];
                String event = parts[3];
                if (event.equals("phx_reply")) {
                    answers.merge(ref, 1, Integer::sum);
                }
                if (lives.containsKey(joinRef) && !leaves.contains(ref)) {
                    boolean ofJoin = ref.equals(joinRef) && event.equals("phx_reply");
                    String status = parts[4].contains("status:ok") ? "ok" : "error";
                    lives.get(joinRef).add(ofJoin ? "join " + status : event);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V2_ON_SCHEDULER", "V2_ON_EVENT_LOOP"})
    void theLifeOfEachJoinIsInOrder(Setup setup) {
        for (long seed = 0; seed < HISTORIES; seed++) {
            History history = new History(setup, seed);
            history.play();
            check(history, "seed " + seed);
        }
    }

    private static void check(History history, String seed) {
        history.answers.forEach((ref, count) -> {
            if (ref.startsWith("j")) {
                assertThat(count).as("%s: answers to join %s", seed, ref).isOne();
            } else {
                assertThat(count).as("%s: answers to message %s", seed, ref).isLessThanOrEqualTo(1);
            }
        });
        history.lives.forEach((ref, life) -> assertThat(String.join(" ", life))
                .as("%s: what join %s heard", seed, ref)
                .matches(LIFE));
        long open = history.rig.endpoint().channelCount();
        history.client.vanish();
        assertThat(history.client.received()).as(seed).isEmpty();
        assertThat(history.rig.journal).as(seed).hasSize(history.saidYes);
        List<String> heard = history.rig.listener.heard;
        assertThat(heard.stream().filter(line -> line.startsWith("joined ")))
                .as("%s: outcomes of joins", seed)
                .hasSize(history.lives.size());
        assertThat(heard.stream().filter(line -> line.startsWith("left ")))
                .as("%s: ends of those who were let in", seed)
                .hasSize((int) heard.stream()
                        .filter(line -> line.startsWith("joined ") && line.endsWith("OK"))
                        .count());
        assertThat(open).as(seed).isLessThanOrEqualTo(2);
        assertThat(history.rig.endpoint().channelCount()).as(seed).isZero();
        assertThat(history.rig.timers.waiting()).as(seed).isZero();
        var topics = history.rig.endpoint().pubsub().topics();
        history.rig.settle();
        assertThat(topics.join()).as(seed).isEmpty();
    }
}
