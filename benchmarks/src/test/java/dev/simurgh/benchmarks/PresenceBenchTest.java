package dev.simurgh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short runs. What they measure is not looked at, only whether it adds up. */
@Timeout(120)
class PresenceBenchTest {
    private static Outcome run(String only, String... more) {
        String[] all = new String[more.length + 5];
        all[0] = "presence";
        all[1] = "--only=" + only;
        all[2] = "--seconds=0.2";
        all[3] = "--server-opts=" + Outcome.SHORT_LIVED;
        all[4] = "--json";
        System.arraycopy(more, 0, all, 5, more.length);
        return Outcome.of(all);
    }

    @Test
    void whoJoinsIsShownTheOthersAndTheyAreTold() {
        Outcome outcome = run("joins", "--rooms=20");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode joins = outcome.json().path("joins");
        assertThat(joins.path("state_bytes_at_20").asInt()).isGreaterThan(20 * 50);
        assertThat(joins.path("diffs_per_join_at_20").asDouble()).isPositive();
    }

    @Test
    void aCrowdIsSeenByAllOfItAndGoes() {
        Outcome outcome = run("crowd", "--members=300", "--within=0.3");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode crowd = outcome.json().path("crowd");
        assertThat(crowd.path("states").asInt()).isEqualTo(300);
        assertThat(crowd.path("seen").asInt()).isEqualTo(300);
        assertThat(crowd.path("gone_s").asDouble()).isLessThan(60);
    }

    @Test
    void listsAreWholeWhileSomebodyChanges() {
        Outcome outcome = run("reads", "--entries=500");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode reads = outcome.json().path("reads");
        assertThat(reads.path("list_us").path("n").asInt()).isPositive();
        assertThat(reads.path("changes_per_s").asInt()).isPositive();
    }

    @Test
    void allWhoLeaveAreGoneAndThoseWhoStayAreTold() {
        Outcome outcome = run("leave", "--leavers=200", "--topics=3", "--spread=30");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode leave = outcome.json().path("leave");
        assertThat(leave.path("entries").asInt()).isEqualTo(600);
        assertThat(leave.path("frames_to_each_watcher").asInt()).isPositive();
        assertThat(leave.path("join_meanwhile_us").path("n").asInt()).isPositive();
    }

    @Test
    void otherNodesHaveAllAndAreToldOfEachUpdate() {
        Outcome outcome = run("nodes", "--entries=500", "--rate=200");

        assertThat(outcome.status()).as(outcome.toString()).isEqualTo(Bench.OK);
        JsonNode nodes = outcome.json().path("nodes");
        assertThat(nodes.path("update_latency_us").path("n").asInt())
                .isEqualTo(nodes.path("updates").asInt())
                .isPositive();
        assertThat(nodes.path("bytes_per_track").asDouble()).isBetween(64.0, 200.0);
    }

    @Test
    void whatIsWrongIsToldInALine() {
        Outcome outcome = Outcome.of("presence", "--only=dances");

        assertThat(outcome.status()).isEqualTo(Bench.UNUSABLE);
        assertThat(outcome.progress())
                .contains("--only: dances (expected: some of [joins, crowd, reads, leave, nodes])");
    }
}
