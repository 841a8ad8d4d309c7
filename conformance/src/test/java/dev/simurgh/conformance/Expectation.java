package dev.simurgh.conformance;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Holds what the server sends on one connection against what the recording says it sends. */
final class Expectation {
    /** The headers of an answer that clients go by. Of others, such as dates, nothing is expected. */
    private static final List<String> COMPARED_HEADERS = List.of(
            "sec-websocket-accept",
            "sec-websocket-protocol",
            "sec-websocket-extensions",
            "access-control-allow-origin",
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-max-age");

    private final Likeness likeness;
    private final Inflation recordedInflation = new Inflation();
    private final Inflation receivedInflation = new Inflation();

    Expectation(Likeness likeness) {
        this.likeness = likeness;
    }

    /** How {@code received} differs from the step; empty if it is what was expected. */
    Optional<String> difference(Step step, Received received) {
        boolean expected = switch (step.kind()) {
            case "tcp-end" -> received instanceof Received.TcpEnd;
            case "http" ->
                received instanceof Received.TcpEnd ? step.status() == 0 : received instanceof Received.Answer;
            default ->
                received instanceof Received.Frame frame && frame.wire().opcode() == WireFrame.opcode(step.kind());
        };
        if (!expected) {
            return Optional.of(step.kind() + " expected");
        }
        if (received instanceof Received.Answer answer) {
            return answer(step, answer.http());
        }
        return received instanceof Received.Frame frame ? frame(step, frame.wire()) : Optional.empty();
    }

    private Optional<String> answer(Step step, HttpMessage answer) {
        if (answer.status() != step.status()) {
            return Optional.of("status " + step.status() + " expected");
        }
        return Stream.concat(upgrade(answer), COMPARED_HEADERS.stream().flatMap(name -> header(step, answer, name)))
                .findFirst()
                .or(() -> likeness.difference(step.data().path("body").asText(), answer.body()));
    }

    private static Stream<String> upgrade(HttpMessage answer) {
        boolean upgrades = answer.header("upgrade").orElse("").equalsIgnoreCase("websocket")
                && answer.header("connection").orElse("").equalsIgnoreCase("upgrade");
        return answer.status() == 101 && !upgrades ? Stream.of("no headers of an upgrade") : Stream.empty();
    }

    private static Stream<String> header(Step step, HttpMessage answer, String name) {
        Optional<String> expected = Optional.empty();
        for (var header : step.data().path("headers")) {
            if (header.path(0).asText().equals(name)) {
                expected = Optional.of(header.path(1).asText());
            }
        }
        boolean same =
                expected.map(Expectation::squeezed).equals(answer.header(name).map(Expectation::squeezed));
        return same ? Stream.empty() : Stream.of("header " + name + ": " + expected.orElse("none") + " expected");
    }

    private static String squeezed(String header) {
        return header.replace(" ", "");
    }

    private Optional<String> frame(Step step, WireFrame frame) {
        if (frame.rsv() != step.rsv()) {
            return Optional.of("rsv " + step.rsv() + " expected");
        }
        return switch (step.kind()) {
            case "text" -> text(step, frame);
            case "close" -> close(step, frame);
            default -> frame.same(step.frame(step.text())) ? Optional.empty() : Optional.of("bytes differ");
        };
    }

    private Optional<String> text(Step step, WireFrame frame) {
        return step.rsv() == 0
                ? likeness.difference(step.text(), frame.text())
                : likeness.difference(
                        recordedInflation.text(step.bytes(step.text())), receivedInflation.text(frame.payload()));
    }

    private static Optional<String> close(Step step, WireFrame frame) {
        if (!frame.code().equals(step.code())) {
            return Optional.of("close code " + step.code().map(String::valueOf).orElse("none") + " expected");
        }
        boolean reasonCounts = !step.text().isEmpty();
        return reasonCounts && !step.text().equals(frame.reason())
                ? Optional.of("close reason " + step.text() + " expected")
                : Optional.empty();
    }
}
