package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.xml.sax.InputSource;

/**
 * Each block of the documentation either runs in the build or says that it does not. {@link SnippetsTest} compiles Java, {@link
 * CommandsTest} runs {@code ./simurgh}, JSON, XML and JavaScript are read here. Any other block has a comment right above it:
 * {@code <!-- run by SomeTest -->}, a test that names the page, or {@code <!-- not run: why -->}.
 */
class BlocksTest {
    private static final Pattern RUN_BY = Pattern.compile("run by (\\w+)");
    private static final Pattern NOT_RUN = Pattern.compile("not run: \\S.*");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(simurgh-[\\w-]+)</artifactId>");

    @TestFactory
    Stream<DynamicTest> everyBlockRunsOrSaysThatItDoesNot() throws IOException {
        return Block.all().stream().map(block -> DynamicTest.dynamicTest(block.at(), () -> check(block)));
    }

    @Test
    void aBlockWithoutAWordIsFound() {
        List<Block> blocks = Block.of(Path.of("page.md"), """
                ```sh
                rm -rf /
                ```
                <!-- not run: it would hurt -->
                ```sh
                rm -rf /
                ```
                """);

        assertThat(blocks).extracting(BlocksTest::isMarked).containsExactly(false, true);
    }

    @Test
    void bothReadmesAreShortAndShowTheSameCode() {
        Path english = Block.ROOT.resolve("README.md");
        Path chinese = Block.ROOT.resolve("README.zh-CN.md");

        assertThat(Block.read(english).lines().count()).isLessThanOrEqualTo(150);
        assertThat(Block.read(chinese).lines().count()).isLessThanOrEqualTo(150);
        assertThat(code(chinese)).isEqualTo(code(english)).hasSizeGreaterThan(3);
    }

    private static List<String> code(Path page) {
        return Block.of(page, Block.read(page)).stream()
                .filter(block -> Set.of("java", "xml", "kotlin").contains(block.language()))
                .map(Block::text)
                .toList();
    }

    private static void check(Block block) throws Exception {
        switch (block.language()) {
            case "java" -> {
                if (!block.mark().isEmpty()) { // else SnippetsTest compiles it
                    checkMark(block);
                    assertThat(block.mark()).as("a test that compiles it").doesNotStartWith("not run");
                }
            }
            case "json" ->
                assertThatCode(() -> new ObjectMapper().readTree(block.text())).doesNotThrowAnyException();
            case "xml" -> checkXml(block.text());
            case "js" -> checkScript(block.text());
            case "html" -> checkScript(block.text().replaceAll("(?s).*<script[^>]*>|</script>.*", ""));
            default -> {
                if (!CommandsTest.runs(block)) {
                    checkMark(block);
                }
            }
        }
    }

    private static void checkMark(Block block) throws IOException {
        assertThat(isMarked(block))
                .as(
                        "%s\n%s(expected: a comment right above it: <!-- run by SomeTest -->, or <!-- not run: why -->)",
                        block.at(), block.text())
                .isTrue();
        Matcher runBy = RUN_BY.matcher(block.mark());
        if (runBy.matches()) {
            Optional<Path> test = source(runBy.group(1));
            assertThat(test).as("%s, a test", runBy.group(1)).isPresent();
            assertThat(Files.readString(test.orElseThrow()))
                    .as("%s names what it runs", runBy.group(1))
                    .contains(String.valueOf(block.page().getFileName()));
        }
    }

    private static boolean isMarked(Block block) {
        return RUN_BY.matcher(block.mark()).matches()
                || NOT_RUN.matcher(block.mark()).matches();
    }

    /** Well-formed, and its artifacts of ours are published in the version that they name. */
    private static void checkXml(String xml) {
        assertThatCode(() -> DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader("<x>" + xml + "</x>"))))
                .doesNotThrowAnyException();
        String published = Block.read(Block.ROOT.resolve("bom/pom.xml")) + "<artifactId>simurgh-bom</artifactId>";
        Matcher artifact = ARTIFACT.matcher(xml);
        while (artifact.find()) {
            assertThat(published.contains(artifact.group()))
                    .as(artifact.group())
                    .isTrue();
            String behind = xml.substring(artifact.end()).strip();
            if (behind.startsWith("<version>") && !behind.startsWith("<version>${")) {
                String version = behind.substring(0, behind.indexOf("</version>"));
                assertThat(published.contains(version)).as(version).isTrue();
            }
        }
    }

    /** As Node reads a module, which needs none of what it imports. */
    private static void checkScript(String script) throws Exception {
        Path file = Files.createTempFile("block", ".mjs");
        try {
            Files.writeString(file, script);
            Process node = new ProcessBuilder("node", "--check", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = node.inputReader().lines().collect(Collectors.joining("\n"));
            assertThat(node.waitFor()).as(said).isZero();
        } catch (IOException e) {
            Assumptions.assumeTrue("true".equals(System.getenv("CI")), "Node.js (node) was not found");
            throw e;
        } finally {
            Files.delete(file);
        }
    }

    private static Optional<Path> source(String test) throws IOException {
        return Block.javaFiles().stream()
                .filter(file -> file.endsWith(test + ".java"))
                .findFirst();
    }
}
