package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Links of the documentation lead to files, and to headings, that are there. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() throws IOException {
        return Stream.concat(
                        Block.pages().stream(),
                        Stream.of("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md")
                                .map(Block.ROOT::resolve))
                .map(page -> DynamicTest.dynamicTest(
                        Block.name(page),
                        () -> assertThat(dead(page, Block.read(page))).isEmpty()));
    }

    @Test
    void aLinkThatLeadsNowhereIsFound() {
        String page = "# Two words\n[a](README.md) [b](#two-words) [c](#three) [d](nowhere.md) [e](README.md#nowhere)";

        assertThat(dead(Block.ROOT.resolve("page.md"), page))
                .containsExactly("#three", "nowhere.md", "README.md#nowhere");
    }

    private static List<String> dead(Path page, String markdown) {
        return LINK.matcher(markdown.replaceAll("(?ms)^```.*?^```$", ""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.contains("://") && !leads(page, markdown, link))
                .toList();
    }

    private static boolean leads(Path page, String markdown, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (!file.isEmpty() && !Files.exists(target)) {
            return false;
        }
        return hash < 0
                || anchors(file.isEmpty() ? markdown : Block.read(target)).anyMatch(link.substring(hash + 1)::equals);
    }

    /** As the forges make them: small letters, no punctuation, hyphens for spaces. */
    private static Stream<String> anchors(String markdown) {
        return HEADING.matcher(markdown.replaceAll("(?ms)^```.*?^```$", ""))
                .results()
                .map((MatchResult heading) -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .strip()
                        .replace(' ', '-'));
    }
}
