package dev.simurgh.archetype;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, for its commands and files. */
final class Guide {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern FILE = Pattern.compile("(?m)^--- ");
    private static final Pattern PLACE = Pattern.compile("(?m)^@@\n");

    private final Path page;
    private final String text;

    Guide(Path page) {
        this.page = page;
        try {
            this.text = Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command that starts with these words, with the lines that it goes on in. */
    String command(String start) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals("sh"))
                .flatMap(block -> Pattern.compile("(?<!\\\\)\\n").splitAsStream(block.group(2)))
                .filter(command -> command.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command in " + page + " starts with: " + start));
    }

    /** How many lines the first block that says what to change has added. */
    long added() {
        return diffs().findFirst()
                .orElse("")
                .lines()
                .filter(line -> line.startsWith("+"))
                .count();
    }

    /** Changes a project as the blocks say that do: each place is found by the lines that are there already. */
    void change(Path project) throws IOException {
        for (String file : diffs().flatMap(FILE::splitAsStream)
                .filter(part -> !part.isEmpty())
                .toList()) {
            Path path = project.resolve(file.substring(0, file.indexOf('\n')));
            String changed = Files.readString(path);
            int from = 0;
            for (String place :
                    PLACE.splitAsStream(file.substring(file.indexOf('\n') + 1)).toList()) {
                String before = lines(place, " -");
                String after = lines(place, " +");
                int at = changed.indexOf(before, from);
                if (at < 0) {
                    throw new AssertionError(page + ", " + path + ": not there, but to be changed:\n" + before);
                }
                changed = changed.substring(0, at) + after + changed.substring(at + before.length());
                from = at + after.length();
            }
            Files.writeString(path, changed);
        }
    }

    private Stream<String> diffs() {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals("diff"))
                .map(block -> block.group(2));
    }

    private static String lines(String place, String marks) {
        return place.lines()
                .filter(line -> marks.indexOf(line.charAt(0)) >= 0)
                .map(line -> line.substring(1) + "\n")
                .collect(Collectors.joining());
    }

    /** The block behind the file's name in back-ticks. */
    String file(String name) {
        int named = text.indexOf("`" + name + "`");
        if (named < 0) {
            throw new AssertionError(page + " does not name " + name);
        }
        return BLOCK.matcher(text.substring(named))
                .results()
                .map(block -> block.group(2))
                .findFirst()
                .orElse("");
    }
}
