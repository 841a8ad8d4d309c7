package dev.simurgh.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a run of the command line left behind. */
record Outcome(int status, String out, String progress) {
    /** Options of a JVM that is soon told to end. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    static Outcome of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream progress = new ByteArrayOutputStream();
        int status = Bench.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8),
                args);
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), progress.toString(StandardCharsets.UTF_8));
    }

    /** Runs a short load against a server in this process. */
    static Outcome against(int port, String scenario, String... more) {
        List<String> args = new ArrayList<>(List.of(
                scenario,
                "--url=ws://127.0.0.1:" + port + "/socket/websocket",
                "--server-pid=" + ProcessHandle.current().pid(),
                "--seconds=0.4",
                "--warmup=0.1",
                "--drain=10",
                "--json"));
        args.addAll(List.of(more));
        return of(args.toArray(String[]::new));
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + out + progress, e);
        }
    }

    long number(String name) {
        JsonNode value = json().path(name);
        if (!value.isNumber()) {
            throw new AssertionError("no " + name + " in " + out + progress);
        }
        return value.asLong();
    }
}
