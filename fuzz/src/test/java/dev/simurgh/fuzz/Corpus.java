package dev.simurgh.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The inputs that are kept of a target, where Jazzer looks for them: the folder of the class, {@code Inputs}, the method. */
final class Corpus {
    private Corpus() {}

    static List<byte[]> of(Class<?> type, Method target) {
        String folder = type.getSimpleName() + "Inputs/" + target.getName();
        URL found = type.getResource(folder);
        if (found == null) {
            throw new AssertionError("no corpus: " + folder + " (expected: one input at least)");
        }
        try (Stream<Path> files = Files.walk(Path.of(found.toURI()))) {
            return files.filter(Files::isRegularFile).sorted().map(Corpus::read).toList();
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
