package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The scenario files. What a file under {@code simurgh/} says replaces the recorded file of the same name: there Simurgh
 * differs on purpose, and the file's {@code reason} says why.
 */
final class Transcripts {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path RECORDED = directory();
    private static final Path OVERLAYS = RECORDED.resolve("simurgh");

    private Transcripts() {}

    /** The names of all recorded scenarios, sorted. */
    static List<String> names() {
        return namesIn(RECORDED);
    }

    static List<String> overlaid() {
        return namesIn(OVERLAYS);
    }

    static Path file(String name) {
        Path overlay = OVERLAYS.resolve(name + ".json");
        return Files.exists(overlay) ? overlay : RECORDED.resolve(name + ".json");
    }

    /** What Simurgh is held to: the recording or, where there is one, its overlay. */
    static Scenario expected(String name) {
        return read(file(name));
    }

    static Scenario recorded(String name) {
        return read(RECORDED.resolve(name + ".json"));
    }

    private static Scenario read(Path file) {
        try {
            return Scenario.of(MAPPER.readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("scenario: " + file, e);
        }
    }

    private static List<String> namesIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json") && !file.startsWith("_"))
                    .map(file -> file.substring(0, file.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("scenarios: " + directory, e);
        }
    }

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(Transcripts.class.getResource("/transcripts"), "no transcripts")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
