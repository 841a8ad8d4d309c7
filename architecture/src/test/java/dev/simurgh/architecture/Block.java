package dev.simurgh.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fenced block of the documentation.
 *
 * @param page where it is
 * @param line the line of its opening fence
 * @param language what stands behind the fence
 * @param mark the comment right above it, without its arrows; empty if there is none
 * @param text what is in it
 */
record Block(Path page, int line, String language, String mark, String text) {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Set<String> OUTSIDE = Set.of("target", "node_modules", ".git");
    private static final String FENCE = "```";

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("README.zh-CN.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** All Java that is written by hand. Folders that other modules are built into meanwhile are not entered. */
    static List<Path> javaFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return !folder.equals(ROOT) && OUTSIDE.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    static List<Block> all() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            blocks.addAll(of(page, read(page)));
        }
        return blocks;
    }

    static List<Block> of(Path page, String markdown) {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = markdown.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE)) {
                int end = i + 1;
                while (!lines.get(end).startsWith(FENCE)) {
                    end++;
                }
                String text = String.join("\n", lines.subList(i + 1, end)) + "\n";
                String language = lines.get(i).substring(FENCE.length()).strip();
                blocks.add(new Block(page, i + 1, language, i == 0 ? "" : comment(lines.get(i - 1)), text));
                i = end;
            }
        }
        return blocks;
    }

    private static String comment(String line) {
        return line.startsWith("<!--") && line.endsWith("-->")
                ? line.substring(4, line.length() - 3).strip()
                : "";
    }

    String at() {
        return name(page) + ":" + line + " (" + language + ")";
    }

    static String name(Path page) {
        return ROOT.relativize(page).toString();
    }

    static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
