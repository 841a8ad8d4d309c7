package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The auction under {@code kill -9}, and what auction.mjs saw of it: two windows in Chromium and four bidders in Node, who all use the recipe of
 * docs/guides/delivery.md.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("a browser") // beside the tests with processes of their own, one of the two at a time
class AuctionTest {
    private JsonNode seen;

    @BeforeAll
    void bid(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>(ClientTools.node(
                "auction.mjs",
                KeptRecipeTest.RECIPE.toString(),
                ClientTools.chromium(),
                String.valueOf(ServerProcess.freePort()),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.sqlite.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "auction.Main",
                "--data",
                folder.resolve("auction.db").toString()));
        seen = ClientTools.seen(command);
    }

    @Test
    void nothingFails() {
        assertThat(all(seen.get("errors"))).isEmpty();
    }

    @Test
    void aWindowThatWasCutOffGetsWhatItMissedAndItsOwnBidCounts() {
        assertThat(seen.get("whileCut").textValue()).startsWith("1 of your bids not acknowledged yet");
        assertThat(seen.get("afterCut").textValue()).isEqualTo("recovered: 3 bids came while it was away");
        assertThat(all(seen.get("list")))
                .extracting(row -> row.textValue().lines().limit(3).toList())
                .containsExactly(
                        List.of("5", "Attar", "1010"),
                        List.of("4", "Hoopoe", "13"),
                        List.of("3", "Hoopoe", "12"),
                        List.of("2", "Hoopoe", "11"),
                        List.of("1", "Attar", "10"));
    }

    @Test
    void aKilledServerComesBackWithThePriceAndTheBidThatWaitedForItCounts() {
        assertThat(all(seen.get("kills"))).hasSize(3).allSatisfy(kill -> {
            assertThat(kill.get("joined").textValue()).startsWith("recovered: ");
            assertThat(kill.get("refused").booleanValue()).isFalse();
            assertThat(kill.get("after").longValue())
                    .isGreaterThanOrEqualTo(kill.get("before").longValue() + 100_000);
        });
    }

    @Test
    void everybodySeesTheSameBidsOnceAndInOrder() {
        List<JsonNode> first = all(seen.at("/bidders/0/shared"));
        long from = first.get(0).get("number").longValue();
        assertThat(first)
                .extracting(bid -> bid.get("number").longValue())
                .containsExactlyElementsOf(
                        LongStream.range(from, from + first.size()).boxed().toList());
        assertThat(all(seen.get("bidders")))
                .allSatisfy(bidder -> assertThat(all(bidder.get("shared"))).isEqualTo(first));
        assertThat(all(seen.get("windows"))).allSatisfy(window -> {
            assertThat(window.get("order").textValue()).isEqualTo("Every window has these, in this order.");
            assertThat(all(window.get("rows"))).hasSize(50).isEqualTo(all(seen.at("/windows/0/rows")));
        });
    }

    @Test
    void whatWasAcknowledgedIsThereAndNothingElse() {
        assertThat(all(seen.get("bidders")))
                .allSatisfy(bidder -> assertThat(all(bidder.get("own"))).isEqualTo(all(bidder.get("acknowledged"))))
                .anySatisfy(bidder -> assertThat(all(bidder.get("own"))).hasSizeGreaterThan(20));
    }

    private static List<JsonNode> all(JsonNode array) {
        Stream<JsonNode> each = StreamSupport.stream(array.spliterator(), false);
        return each.toList();
    }
}
