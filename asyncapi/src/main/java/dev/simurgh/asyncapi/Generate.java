package dev.simurgh.asyncapi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes the protocol of an endpoint to files, when a project is built. The first argument is the name of a class that is a {@code
 * Supplier<EndpointProtocol>} with a constructor without parameters; {@code --asyncapi FILE} and {@code --typescript FILE} say what to write. A file that is so
 * already is not touched.
 */
public final class Generate {
    private static final String USAGE = "Generate CLASS [--asyncapi FILE] [--typescript FILE]";

    private Generate() {}

    /** Writes the files. What goes wrong is thrown: a build fails for it. */
    public static void main(String[] args) throws IOException {
        Iterator<String> rest = Arrays.asList(args).iterator();
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("arguments: none (expected: " + USAGE + ")");
        }
        EndpointProtocol protocol = protocol(rest.next());
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("arguments: " + args[0] + " (expected: " + USAGE + ", with a file)");
        }
        while (rest.hasNext()) {
            String option = rest.next();
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(
                        "arguments: " + option + " without a file (expected: " + USAGE + ")");
            }
            Path file = Path.of(rest.next());
            switch (option) {
                case "--asyncapi" -> write(file, protocol.asyncApi());
                case "--typescript" -> write(file, protocol.typeScript());
                default -> throw new IllegalArgumentException("arguments: " + option + " (expected: " + USAGE + ")");
            }
        }
    }

    private static EndpointProtocol protocol(String className) {
        Object made;
        try {
            ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                    .orElseGet(Generate.class::getClassLoader);
            var constructor = Class.forName(className, true, loader).getDeclaredConstructor();
            constructor.setAccessible(true);
            made = constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "class: " + className + " (expected: one on the class path, with a constructor without parameters)",
                    e);
        }
        if (made instanceof Supplier<?> supplier && supplier.get() instanceof EndpointProtocol protocol) {
            return protocol;
        }
        throw new IllegalArgumentException("class: " + className + " (expected: a Supplier<EndpointProtocol>)");
    }

    private static void write(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text);
    }
}
