package dev.simurgh.archetype;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local repository of Maven that has of Simurgh what this build has just packed, and nothing else of it. All the rest is the user's own
 * repository, by links, so that nothing is fetched twice.
 */
final class Repository {
    private static final Pattern BOM_ENTRY = Pattern.compile("<artifactId>(simurgh-.*)</artifactId>");
    private static final String VERSION = System.getProperty("simurgh.version");

    private final Path root;

    Repository(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    void fill() throws IOException {
        Path users = Files.createDirectories(Path.of(System.getProperty("maven.repo")));
        link(users, root, "dev");
        link(users.resolve("dev"), root.resolve("dev"), "simurgh");
        install("simurgh-parent", Path.of("../pom.xml"), "pom");
        install("simurgh-bom", Path.of("../bom/pom.xml"), "pom");
        List<String> artifacts = new ArrayList<>(published());
        artifacts.add("simurgh-archetype");
        artifacts.add("simurgh-archetype-spring");
        for (String artifact : artifacts) {
            Path module = folder(artifact);
            Path reduced =
                    module.resolve("dependency-reduced-pom.xml"); // of a jar that has some of its dependencies inside
            install(artifact, Files.exists(reduced) ? reduced : module.resolve("pom.xml"), "pom");
            install(artifact, module.resolve("target/" + artifact + "-" + VERSION + ".jar"), "jar");
        }
    }

    /** The artifacts that the BOM lists. */
    List<String> published() throws IOException {
        String managed = Files.readString(Path.of("../bom/pom.xml")).split("<dependencyManagement>", 2)[1];
        return BOM_ENTRY.matcher(managed).results().map(entry -> entry.group(1)).toList();
    }

    Path jar(String artifact) {
        return place(artifact, "jar");
    }

    static Path folder(String artifact) {
        return Path.of("..", artifact.substring("simurgh-".length()));
    }

    static String property(Path module, String name) throws IOException {
        Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">(.*)</")
                .matcher(Files.readString(module.resolve("pom.xml")));
        return value.find() ? value.group(1) : "";
    }

    private Path place(String artifact, String type) {
        return root.resolve("dev/simurgh/" + artifact + "/" + VERSION + "/" + artifact + "-" + VERSION + "." + type);
    }

    private void install(String artifact, Path file, String type) throws IOException {
        if (!Files.exists(file)) {
            throw new AssertionError("not packed: " + file + " (expected: by the same build, with -am)");
        }
        Path place = place(artifact, type);
        Files.createDirectories(place.getParent());
        Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes in a folder a link to everything of another but for one entry. */
    private static void link(Path from, Path to, String but) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> entries = Files.list(from)) {
            entries.filter(entry -> !entry.endsWith(but))
                    .forEach(entry -> link(entry, to.resolve(entry.getFileName())));
        }
    }

    private static void link(Path from, Path link) {
        try {
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, from);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
