package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Who joins at any time, and whose channel ends at any time and joins again, has the list of the server when it is quiet. More runs by {@code
 * -Dsimurgh.presence.rounds=50000}; a seed repeats.
 */
class FollowingTest {
    private static final int SEEDS = Integer.getInteger("simurgh.presence.rounds", 50);
    private static final String TOPIC = "room:1";

    /** A client that tracks itself when it joins, as by {@code joinState}, and follows. */
    private static final class Member {
        private final Rig rig;
        private final RoomClient client;
        private PresenceOwner owner;
        private int joins;

        Member(Rig rig, RoomClient client) {
            this.rig = rig;
            this.client = client;
            this.owner = rig.presence.owner();
            join();
        }

        private void join() {
            int mine = ++joins;
            owner.track(TOPIC, "member", Map.of());
            rig.presence.giveState(
                    TOPIC,
                    all -> rig.onLoop(() -> {
                        if (mine == joins) { // else its channel has ended
                            client.state(all);
                        }
                    }));
        }

        void rejoins() {
            joins++;
            owner.close();
            client.rejoins();
            owner = rig.presence.owner();
            join();
        }
    }

    @Test
    void whoeverJoinsAtAnyTimeAndAgainHasTheListOfTheServerWhenItIsQuiet() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, new Rig(options -> options.diffInterval(ofMillis(10))));
        }
    }

    @Test
    void alsoIfWhatClientsSeeIsFetched() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(
                    seed,
                    new Rig(options -> options.diffInterval(ofMillis(10))
                            .fetch((topic, presences) -> Map.of("key1", Map.of("name", "one")))));
        }
    }

    private static void run(int seed, Rig rig) {
        try (rig) {
            Random random = new Random(seed);
            List<Member> members = new ArrayList<>();
            List<PresenceOwner> others = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                step(random, rig, members, others);
                for (int tasks = random.nextInt(6); tasks > 0; tasks--) {
                    rig.step();
                }
            }
            rig.advance(ofSeconds(1));
            Map<String, ?> truth = RoomClient.list(rig.presence, TOPIC);
            assertThat(members)
                    .allSatisfy(member ->
                            assertThat(member.client.list()).as("seed " + seed).isEqualTo(truth));
        }
    }

    private static void step(Random random, Rig rig, List<Member> members, List<PresenceOwner> others) {
        String key = "key" + random.nextInt(4);
        switch (random.nextInt(7)) {
            case 0 -> members.add(new Member(rig, rig.client(TOPIC)));
            case 1 -> {
                if (!members.isEmpty()) {
                    Member who = members.get(random.nextInt(members.size()));
                    rig.onLoop(who::rejoins);
                }
            }
            case 2, 3 -> {
                PresenceOwner other = rig.presence.owner();
                other.track(TOPIC, key, Map.of());
                others.add(other);
            }
            case 4 -> others.forEach(other -> other.update(TOPIC, key, Map.of("n", random.nextInt())));
            case 5 -> {
                if (!others.isEmpty()) {
                    others.remove(random.nextInt(others.size())).close();
                }
            }
            default -> rig.advance(ofMillis(random.nextInt(15)));
        }
    }
}
