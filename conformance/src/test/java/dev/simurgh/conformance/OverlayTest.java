package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static List<String> fromServer(Scenario scenario) {
        return scenario.steps().stream()
                .filter(step -> !step.fromClient())
                .map(step -> step.conn() + " " + step.show())
                .toList();
    }
}
