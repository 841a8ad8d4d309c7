package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The list of what Simurgh does otherwise on purpose. */
class OverlayTest {

    @TestFactory
    Stream<DynamicTest> everyOverlayGivesItsReasonAndExpectsSomethingElse() {
        return Transcripts.overlaid().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Scenario overlay = Transcripts.expected(name);
                    assertThat(Transcripts.names()).contains(name);
                    assertThat(overlay.name()).isEqualTo(name);
                    assertThat(overlay.reason()).get().asString().isNotBlank();
                    assertThat(fromServer(overlay)).isNotEqualTo(fromServer(Transcripts.recorded(name)));
                }));
    }

    /** What the server says, and whether it takes its time over it. */
    private static List<String> fromServer(Scenario scenario) {
        List<String> said = new ArrayList<>();
        long lastMs = 0;
        for (Step step : scenario.steps()) {
            if (!step.fromClient()) {
                said.add(step.conn() + " " + step.show()
                        + (step.atMs() - lastMs < Pace.TIMER_MS ? "" : " after a while"));
            }
            lastMs = step.atMs();
        }
        return said;
    }
}
