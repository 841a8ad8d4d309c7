package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.asyncapi.Showcase;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the specs of channels, by the tools that it is for: TypeScript, and the official parser of AsyncAPI. */
@Timeout(120)
class TypedClientsTest {
    private static final Path LINES = Path.of("src", "test", "js", "typed");
    private static final Pattern COMPLAINT = Pattern.compile("[^\\s(]+\\.ts\\((\\d+),\\d+\\): error .*");

    @TempDir
    private Path folder;

    @Test
    void aClientThatSaysAndHearsWhatIsDeclaredCompiles() throws Exception {
        write("showcase.ts", Showcase.protocol().build().typeScript());

        assertThat(complaints("right.ts")).isEmpty();
    }

    @Test
    void noLineCompilesThatIsOtherThanDeclared() throws Exception {
        write("showcase.ts", Showcase.protocol().build().typeScript());

        assertThat(complaints("wrong.ts").keySet())
                .containsExactlyElementsOf(linesOf(LINES.resolve("wrong.ts"), "const text: string = \"x\";"));
    }

    @Test
    void aPageOfTheExampleCompilesUnlessItSaysSomethingElse() throws Exception {
        write("hello.ts", ofTheExample("hello.ts"));

        assertThat(complaints("hello.right.ts")).isEmpty();
        assertThat(complaints("hello.wrong.ts").keySet())
                .containsExactlyElementsOf(
                        linesOf(LINES.resolve("hello.wrong.ts"), "const dupe = socket.channel(\"dupe\");"));
    }

    /** The first block of {@code docs/guides/typed-clients.md} compiles, and no line of the second. */
    @Test
    void theGuideIsRight() throws Exception {
        write("hello.ts", ofTheExample("hello.ts"));
        List<String> blocks = blocks(Path.of("..", "docs", "guides", "typed-clients.md"));
        write("guide.ts", String.join("", blocks));

        List<Integer> wrong = linesOf(folder.resolve("guide.ts"), "new Presence(room);");
        assertThat(blocks).hasSize(2);
        assertThat(complaintsOf("guide.ts").keySet()).containsExactlyElementsOf(wrong);
    }

    private static List<String> blocks(Path guide) throws IOException {
        return Pattern.compile("(?ms)^```ts\n(.*?)^```$")
                .matcher(Files.readString(guide))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void theTypesOfTheConformanceServerCompile() throws Exception {
        ConformanceServer server = ConformanceServer.start(0);
        try {
            write("conformance.ts", server.protocol().typeScript());
            assertThat(complaintsOf("conformance.ts")).isEmpty();
        } finally {
            server.stop().join();
        }
    }

    @Test
    void theOfficialParserTakesTheDocumentOfEveryShape() throws Exception {
        assertThat(parsed(Showcase.protocol().build().asyncApi())).containsExactly("4 channels");
    }

    @Test
    void theOfficialParserTakesTheDocumentOfTheExample() throws Exception {
        assertThat(parsed(ofTheExample("asyncapi.json"))).containsExactly("8 channels");
    }

    @Test
    void theOfficialParserTakesTheDocumentThatTheConformanceServerServes() throws Exception {
        ConformanceServer server = ConformanceServer.start(0);
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.port() + "/asyncapi.json"))
                    .build();
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
            assertThat(parsed(answer.body())).singleElement().asString().matches("\\d\\d channels");
        } finally {
            server.stop().join();
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** What the build of the example has made. */
    private static String ofTheExample(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(hello.Main.class.getResourceAsStream("/web/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The lines of a file that do not compile, with what is wrong with each. */
    private Map<Integer, String> complaints(String name) throws Exception {
        Files.copy(LINES.resolve(name), folder.resolve(name));
        return complaintsOf(name);
    }

    private Map<Integer, String> complaintsOf(String name) throws Exception {
        Map<Integer, String> complaints = new TreeMap<>();
        for (String line : said(ClientTools.node("tsc.mjs", folder.toString(), name))) {
            Matcher complaint = COMPLAINT.matcher(line);
            if (complaint.matches()) {
                complaints.putIfAbsent(Integer.valueOf(complaint.group(1)), line);
            } else {
                assertThat(line).as("about no line").doesNotStartWith("error ");
            }
        }
        return complaints;
    }

    /** The numbers of the lines behind the one that ends what is needed for them. */
    private static List<Integer> linesOf(Path file, String last) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int first = lines.indexOf(last) + 1;
        assertThat(first).isPositive();
        return Stream.iterate(first + 1, i -> i <= lines.size(), i -> i + 1).toList();
    }

    private List<String> parsed(String document) throws Exception {
        write("asyncapi.json", document);
        return said(
                ClientTools.node("asyncapi.mjs", folder.resolve("asyncapi.json").toString()));
    }

    private static List<String> said(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(ClientTools.INSTALLED.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("exit status").isZero();
            return out.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
