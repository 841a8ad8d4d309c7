package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A library in JavaScript: a driver script in a process of its own takes the verbs, and tells the sightings, as lines of JSON. */
final class ScriptedClient implements ClientUnderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);
    private static final String DRIVER = "driver";

    private final Sightings sightings = new Sightings();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final Process process;
    private final Writer commands;

    ScriptedClient(List<String> command) throws IOException, InterruptedException {
        process = new ProcessBuilder(command)
                .directory(ClientTools.INSTALLED.toFile())
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        listen(process.inputReader(StandardCharsets.UTF_8), this::sighted);
        listen(process.errorReader(StandardCharsets.UTF_8), errors::add);
        try {
            sightings.await(DRIVER, "ready", START);
        } catch (AssertionError e) {
            close();
            throw new AssertionError("the driver did not start" + diagnosis(), e);
        }
    }

    private interface LineHandler {
        void line(String line) throws IOException;
    }

    private static void listen(BufferedReader lines, LineHandler handler) {
        Thread listener = new Thread(() -> {
            try (lines) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    handler.line(line);
                }
            } catch (IOException e) {
                // The process has ended; what the test awaits does not come, which it reports.
            }
        });
        listener.setDaemon(true);
        listener.start();
    }

    private void sighted(String line) throws JsonProcessingException {
        JsonNode read = JSON.readTree(line);
        Sighting sighting =
                new Sighting(read.get("from").textValue(), read.get("what").textValue(), read.get("payload"));
        if (sighting.from().equals(DRIVER) && !sighting.what().equals("ready")) {
            errors.add(sighting.toString());
        }
        sightings.add(sighting);
    }

    @Override
    public void connect(String peer, String url, Map<String, String> params) {
        tell("connect", Map.of("peer", peer, "url", url, "params", params));
    }

    @Override
    public void join(String peer, String channel, Join join) {
        Map<String, Object> details = JSON.convertValue(join, new TypeReference<>() {});
        details.put("peer", peer);
        details.put("channel", channel);
        tell("join", details);
    }

    @Override
    public void push(String channel, String event, JsonNode payload, Duration timeout) {
        tell("push", Map.of("channel", channel, "event", event, "payload", payload, "timeout", timeout.toMillis()));
    }

    @Override
    public void leave(String channel) {
        tell("leave", Map.of("channel", channel));
    }

    @Override
    public void disconnect(String peer) {
        tell("disconnect", Map.of("peer", peer));
    }

    @Override
    public Sightings sightings() {
        return sightings;
    }

    @Override
    public String diagnosis() {
        String state = process.isAlive() ? "" : "\nthe driver has ended";
        return errors.isEmpty() ? state : state + "\nthe driver said:\n  " + String.join("\n  ", errors);
    }

    /** Ends the driver by ending its input, on which it also ends the browser; by force if it does not. */
    @Override
    public void close() {
        List<ProcessHandle> browser = process.descendants().toList();
        try (Writer closed = commands) {
            closed.flush();
        } catch (IOException e) {
            // It has ended before.
        }
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        browser.forEach(ProcessHandle::destroyForcibly);
    }

    private void tell(String verb, Map<String, ?> details) {
        Map<String, Object> command = new LinkedHashMap<>(details);
        command.put("do", verb);
        try {
            commands.write(JSON.writeValueAsString(command));
            commands.write('\n');
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(verb + ": the driver does not listen" + diagnosis(), e);
        }
    }
}
