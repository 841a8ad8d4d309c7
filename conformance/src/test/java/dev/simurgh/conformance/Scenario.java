package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One recorded scenario. {@code reason} is there where Simurgh differs on purpose and the steps are those of its overlay.
 */
record Scenario(String name, String title, Optional<String> reason, List<Step> steps) {
    Scenario {
        steps = List.copyOf(steps);
    }

    static Scenario of(JsonNode json) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : json.path("steps")) {
            steps.add(new Step(steps.size(), step));
        }
        Optional<String> reason = Optional.ofNullable(json.get("reason")).map(JsonNode::asText);
        return new Scenario(json.path("name").asText(), json.path("title").asText(), reason, steps);
    }

    /** Whether the server is told to stop, so that it can serve no other scenario. */
    boolean endsTheServer() {
        return steps.stream().anyMatch(step -> step.kind().equals("signal"));
    }

    /** Whether it is about messages over WebSocket, and neither about how that closes nor about bytes from the server. */
    boolean isOfMessages() {
        return name.startsWith("v")
                && steps.stream()
                        .allMatch(step -> step.isHttp()
                                || step.kind().equals("text")
                                || (step.kind().equals("binary") && step.fromClient()));
    }

    /** Whether it is about several servers that are one cluster. */
    boolean isOfNodes() {
        return steps.stream().anyMatch(step -> step.conn().contains("@"));
    }

    /**
     * Whether its course hangs on less time than a busy machine may take by itself: its sessions end when nobody polls for less than a
     * second, or the client has to send the next message before the answer of 200 ms to the last.
     */
    boolean isHasty() {
        return steps.stream()
                .anyMatch(step -> step.data().path("target").asText().startsWith("/fastpoll_socket/")
                        || (step.fromClient() && step.data().asText().contains("\"async\"")));
    }

    /** The same with version 1 of the protocol, for a scenario of version 2 whose clients send their {@code join_ref} in each message. */
    Scenario inVersion1() {
        return new Scenario(
                name + " in version 1",
                title,
                reason,
                steps.stream().map(Step::inVersion1).toList());
    }

    /** The request that a step answers. */
    Step requestBefore(Step answer) {
        return steps.stream()
                .limit(answer.number())
                .filter(step ->
                        step.fromClient() && step.isHttp() && step.conn().equals(answer.conn()))
                .reduce((earlier, later) -> later)
                .orElse(answer);
    }
}
