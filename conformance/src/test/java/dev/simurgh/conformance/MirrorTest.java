package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The replay itself: green against a server that says exactly what the scenario says, red against one that does not. */
@Execution(ExecutionMode.CONCURRENT)
class MirrorTest {
    private static final Pace FAST = new Pace(Duration.ofMillis(5), Duration.ofSeconds(5), 0.05);
    private static final Pace IMPATIENT = new Pace(Duration.ofMillis(60), Duration.ofMillis(400), 0.05);

    @TestFactory
    Stream<DynamicTest> everyScenarioIsGreenAgainstItsMirror() {
        return Transcripts.names().stream()
                .filter(name -> !name.equals("v2-cluster"))
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Scenario scenario = Transcripts.expected(name);
                    try (MirrorServer mirror = MirrorServer.start(scenario, FAST)) {
                        Replay.run(scenario, mirror, FAST);
                        assertThat(mirror.complaint()).isEmpty();
                    }
                }));
    }

    @Test
    void aMissingFrameIsMissed() {
        assertThat(failure("v1-push-me", steps -> without(steps, 6)))
                .hasMessageContaining("v1-push-me step 6")
                .hasMessageContaining("\"event\":\"pushed\",\"payload\":{\"n\":2}")
                .hasMessageContaining("\"event\":\"pushed\",\"payload\":{\"n\":3}")
                .hasMessageContaining("at $.payload.n: 2 expected")
                .hasMessageContaining("ms > text {\"topic\":\"room:a\",\"event\":\"push_me\"");
    }

    @Test
    void theLastFrameIsMissedAfterAWhile() {
        assertThat(failure("v2-join-ok", steps -> without(steps, 7)))
                .hasMessageContaining("v2-join-ok step 7")
                .hasMessageContaining("got:      nothing for ");
    }

    @Test
    void aWrongPayloadIsSeen() {
        assertThat(failure(
                        "v2-push-reply",
                        steps -> replaced(steps, 5, "data", "[\"1\",\"2\",\"ping\",\"phx_reply\",{}]")))
                .hasMessageContaining("at $[4]: key response is missing");
    }

    @Test
    void aFrameAfterTheLastIsSeen() {
        assertThat(failure("v2-join-ok", steps -> twice(steps, 7)))
                .hasMessageContaining("v2-join-ok step 7")
                .hasMessageContaining("nothing after it");
    }

    @Test
    void anAnswerWhereNoneWasRecordedIsSeen() {
        assertThat(failure("v1-join-ref-field", steps -> moved(steps, 5, 6)))
                .hasMessageContaining("v1-join-ref-field step 7 (none given)")
                .hasMessageContaining("nothing before it");
    }

    @Test
    void aWrongCloseCodeIsSeen() {
        assertThat(failure("v2-disconnect-broadcast", steps -> replaced(steps, 14, "code", "1000")))
                .hasMessageContaining("v2-disconnect-broadcast step 14 on A")
                .hasMessageContaining("close code 1001 expected");
    }

    @Test
    void aStreamThatStaysOpenIsSeen() {
        assertThat(failure("v2-malformed-utf8", steps -> without(steps, 5)))
                .hasMessageContaining("v2-malformed-utf8 step 5")
                .hasMessageContaining("expected: tcp-end");
    }

    @Test
    void aStreamThatEndsEarlyIsSeen() {
        assertThat(failure("v2-join-ok", steps -> ended(steps))).hasMessageContaining("got:      tcp-end");
    }

    @Test
    void aTimerThatFiresMuchTooEarlyIsSeen() {
        // ten times slower than the others: a busy machine may be late by as much as their timers take
        Pace slower = new Pace(IMPATIENT.quiet(), IMPATIENT.patience(), 10 * IMPATIENT.scale());
        assertThat(failure("v2-recurring", steps -> replaced(steps, 6, "t_ms", "200"), slower))
                .hasMessageContaining("v2-recurring step 6")
                .hasMessageContaining("recorded after 5001 ms");
    }

    @Test
    void aRefusedHandshakeIsSeen() {
        assertThat(failure("v2-auth", steps -> replaced(steps, 5, "data", "{\"status\":403,\"body\":\"\"}")))
                .hasMessageContaining("status 101 expected");
    }

    @Test
    void aClientThatSaysSomethingElseIsComplainedOf() {
        Scenario scenario = Transcripts.recorded("v2-join-ok");
        Scenario other = changed(scenario, steps -> replaced(steps, 2, "data", "[]"));
        try (MirrorServer mirror = MirrorServer.start(scenario, IMPATIENT)) {
            assertThatCode(() -> Replay.run(other, mirror, IMPATIENT)).doesNotThrowAnyException();
            assertThat(mirror.complaint()).get().asString().contains("v2-join-ok step 2", "said text []");
        }
    }

    private static ReplayFailure failure(String name, UnaryOperator<List<Step>> change) {
        return failure(name, change, IMPATIENT);
    }

    private static ReplayFailure failure(String name, UnaryOperator<List<Step>> change, Pace pace) {
        Scenario scenario = Transcripts.recorded(name);
        try (MirrorServer mirror = MirrorServer.start(changed(scenario, change), pace)) {
            return catchThrowableOfType(ReplayFailure.class, () -> Replay.run(scenario, mirror, pace));
        }
    }

    private static Scenario changed(Scenario scenario, UnaryOperator<List<Step>> change) {
        List<Step> steps = change.apply(new ArrayList<>(scenario.steps()));
        return new Scenario(scenario.name(), scenario.title(), scenario.reason(), steps);
    }

    private static List<Step> without(List<Step> steps, int number) {
        steps.remove(number);
        return steps;
    }

    private static List<Step> twice(List<Step> steps, int number) {
        steps.add(number, steps.get(number));
        return steps;
    }

    /** Has the server say once more, at a later place, what it said before. */
    private static List<Step> moved(List<Step> steps, int from, int to) {
        steps.add(to + 1, steps.get(from));
        return steps;
    }

    private static List<Step> ended(List<Step> steps) {
        ObjectNode end = new ObjectMapper().createObjectNode();
        steps.set(7, new Step(7, end.put("dir", "s>c").put("kind", "tcp-end")));
        return steps;
    }

    private static List<Step> replaced(List<Step> steps, int number, String key, String json) {
        ObjectNode step = steps.get(number).json().deepCopy();
        try {
            step.set(key, new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
        if (key.equals("data") && !step.path("kind").asText().equals("http")) {
            step.put(key, json);
        }
        steps.set(number, new Step(number, step));
        return steps;
    }
}
