package dev.simurgh.archetype;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A page of the documentation, for its commands and files. */
final class Guide {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

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
