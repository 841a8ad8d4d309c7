package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of the page, as they are on the class path. */
class PageFilesTest {
    private static final Pattern NAMED =
            Pattern.compile("(?:src=|href=|from |import\\()\"((?!#)[^\"]+\\.(?:js|css|svg))\"");
    private static final Set<String> FETCHED = Set.of("lib/phoenix.js", "lib/uplot.js", "lib/uplot.css");

    @Test
    void whatThePageNamesIsThereAndFromNowhereElse() throws IOException {
        Set<String> named = named();
        assertThat(named).contains("app.js", "style.css", "pages/overview.js").containsAll(FETCHED);
        for (String name : named) {
            if (!FETCHED.contains(name)) {
                assertThat(read(name)).as(name).isNotBlank();
            }
        }
    }

    @Test
    void whatIsFetchedAtBuildTimeIsThereWithItsLicences() throws IOException {
        boolean fetched = PageFilesTest.class.getResource("web/lib/phoenix.js") != null;
        assumeTrue(fetched || "true".equals(System.getenv("CI")), "built without Node.js");
        for (String name : FETCHED) {
            assertThat(read(name)).as(name).isNotBlank();
        }
        assertThat(read("/META-INF/licenses/phoenix.txt")).contains("MIT License");
        assertThat(read("/META-INF/licenses/uplot.txt")).contains("The MIT License");
    }

    @Test
    void noMarkupBringsScriptsOrStylesOfItsOwnAndNoScriptMakesMarkupOrCodeOfText() throws IOException {
        assertThat(read("index.html"))
                .doesNotContainPattern("<style|style=|<script>|\\son\\w+=")
                .doesNotContain("://");
        for (String name : named()) {
            if (name.endsWith(".js") && !FETCHED.contains(name)) {
                assertThat(read(name))
                        .as(name)
                        .doesNotContainPattern("(inner|outer|insertAdjacent)HTML|document\\.write")
                        .doesNotContainPattern("\\beval\\b|new Function|\"style\"");
            }
        }
    }

    /** All that index.html names, and what that names in turn. */
    private static Set<String> named() throws IOException {
        Set<String> found = new TreeSet<>();
        Deque<String> unread = new ArrayDeque<>(List.of("index.html"));
        while (!unread.isEmpty()) {
            String name = unread.remove();
            if (FETCHED.contains(name)) {
                continue;
            }
            for (MatchResult match : NAMED.matcher(read(name)).results().toList()) {
                String target = URI.create(name).resolve(match.group(1)).getPath();
                target = target.startsWith("./") ? target.substring(2) : target;
                if (found.add(target)) {
                    unread.add(target);
                }
            }
        }
        return found;
    }

    private static String read(String name) throws IOException {
        String path = name.startsWith("/") ? name : "web/" + name;
        try (InputStream file = PageFilesTest.class.getResourceAsStream(path)) {
            assertThat(file).as(name).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
