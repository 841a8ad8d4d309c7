package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pages do for a kept topic: the script that docs/guides/delivery.md shows, on phoenix.js, against a server that answers what it is told. */
@Timeout(60)
class KeptRecipeTest {
    static final Path RECIPE = Path.of("..", "examples", "auction", "web", "kept.js")
            .toAbsolutePath()
            .normalize();

    @Test
    void itKeepsItsWord() throws Exception {
        Process node = new ProcessBuilder(ClientTools.node("recipe.mjs", RECIPE.toString()))
                .directory(ClientTools.INSTALLED.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).as(said).isZero();
        assertThat(said.lines()).hasSize(11);
    }

    @Test
    void theGuideShowsAllOfIt() throws Exception {
        assertThat(Files.readString(Path.of("..", "docs", "guides", "delivery.md")))
                .contains("```js\n" + Files.readString(RECIPE) + "```\n");
    }
}
