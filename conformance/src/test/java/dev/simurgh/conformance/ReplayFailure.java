package dev.simurgh.conformance;

import java.io.Serial;
import java.util.List;

/** The server did something else than the scenario says. The message tells all that is needed to see what. */
final class ReplayFailure extends AssertionError {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int SHOWN = 300;

    private ReplayFailure(String message) {
        super(message);
    }

    static ReplayFailure at(
            Scenario scenario, Step step, String expected, String got, String difference, List<String> last) {
        String where = scenario.name() + " step " + step.number() + (step.conn().isEmpty() ? "" : " on " + step.conn())
                + (step.note().isEmpty() ? "" : " (" + step.note() + ")");
        String reason = scenario.reason().map(text -> "\n  differs:  " + text).orElse("");
        String why = difference.isEmpty() ? "" : "\n  because:  " + difference;
        return new ReplayFailure(where + reason
                + "\n  expected: " + shortened(expected)
                + "\n  got:      " + shortened(got) + why
                + "\n  the last frames of that connection:\n    " + String.join("\n    ", last));
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "... (" + text.length() + " characters)";
    }
}
