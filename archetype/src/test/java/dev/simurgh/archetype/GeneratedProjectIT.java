package dev.simurgh.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Follows the start guide with what this build has packed: its commands are read from there. */
class GeneratedProjectIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Repository REPOSITORY = new Repository(TARGET.resolve("repository"));
    private static final Shell SHELL = new Shell(REPOSITORY);
    private static final Path PROJECT = TARGET.resolve("generated/chat");
    private static final Guide GUIDE = new Guide(Path.of("../docs/guides/start.md"));

    @BeforeAll
    static void generateAndBuild() throws Exception {
        REPOSITORY.fill();
        Path folder = Files.createDirectories(PROJECT.getParent());
        Shell.delete(PROJECT);
        Files.createDirectories(folder.resolve(".mvn")); // else Maven takes the options of Simurgh's own build
        String plugin = "org.apache.maven.plugins:maven-archetype-plugin:"
                + System.getProperty("maven.archetype.version") + ":generate";
        SHELL.run(folder, GUIDE.command("mvn archetype:generate").replace("archetype:generate", plugin));
        SHELL.run(PROJECT, GUIDE.command("mvn package"));
    }

    @Test
    void theProjectIsThatOfTheGuide() throws IOException {
        for (String file : List.of(
                "pom.xml",
                "src/main/resources/logback.xml",
                "src/main/java/chat/ChatChannel.java",
                "src/main/java/chat/Main.java",
                "src/test/java/chat/ChatChannelTest.java",
                "web/index.html")) {
            assertThat(GUIDE.file(file)).as(file).isEqualTo(Files.readString(PROJECT.resolve(file)));
        }
    }

    @Test
    void itsTestsRanAndItsLibrariesAreThoseItRunsWith() throws IOException {
        assertThat(Files.readString(PROJECT.resolve("target/surefire-reports/chat.ChatChannelTest.txt")))
                .contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
        try (Stream<Path> libraries = Files.list(PROJECT.resolve("target/lib"))) {
            assertThat(libraries.map(library -> library.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("simurgh-server-"))
                    .noneMatch(name -> name.startsWith("simurgh-testkit-") || name.startsWith("junit-"));
        }
    }

    @Test
    void theProgramServesThePageAndTheChat() throws Exception {
        serve(PROJECT, (http, server) -> {
            HttpResponse<String> page = http.send(
                    HttpRequest.newBuilder(server.resolve("/")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.body()).isEqualTo(Files.readString(PROJECT.resolve("web/index.html")));

            BlockingQueue<String> messages = new LinkedBlockingQueue<>();
            WebSocket socket = join(http, server, messages);
            assertThat(messages.poll(1, TimeUnit.MINUTES)).contains("\"phx_reply\"", "\"ok\"");
            socket.sendText("[\"1\",\"2\",\"room:lobby\",\"say\",{\"text\":\"hello\"}]", true)
                    .get(1, TimeUnit.MINUTES);
            assertThat(messages.poll(1, TimeUnit.MINUTES))
                    .contains("\"said\"", "{\"name\":\"Attar\",\"text\":\"hello\"}");
            socket.abort();
        });
    }

    @Test
    void tenLinesMoreTellWhoIsInTheRoom() throws Exception {
        Path project = TARGET.resolve("generated/present");
        Shell.delete(project);
        for (String part : List.of("pom.xml", "src", "web")) {
            Shell.copy(PROJECT.resolve(part), project.resolve(part));
        }
        assertThat(GUIDE.added()).isEqualTo(10);
        GUIDE.change(project);
        SHELL.run(project, GUIDE.command("mvn package"));

        assertThat(Files.readString(project.resolve("target/surefire-reports/chat.ChatChannelTest.txt")))
                .contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
        serve(project, (http, server) -> {
            BlockingQueue<String> messages = new LinkedBlockingQueue<>();
            WebSocket socket = join(http, server, messages);
            String message = messages.poll(1, TimeUnit.MINUTES);
            while (!message.contains("presence_state")) {
                message = messages.poll(1, TimeUnit.MINUTES);
            }
            assertThat(message).contains("{\"Attar\":{\"metas\":[{\"name\":\"Attar\",\"phx_ref\":");
            socket.abort();
        });
    }

    /** What is done with a program while it runs. */
    private interface Visit {
        void pay(HttpClient http, URI server) throws Exception;
    }

    private static void serve(Path project, Visit visit) throws Exception {
        ProcessBuilder command = SHELL.command(project, "exec " + GUIDE.command("java -cp"));
        command.environment().put("PORT", "0");
        Process program = command.start();
        try (BufferedReader out = program.inputReader()) {
            visit.pay(HttpClient.newHttpClient(), URI.create(listening(out)));

            program.destroy();
            assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    private static WebSocket join(HttpClient http, URI server, BlockingQueue<String> messages) throws Exception {
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://" + server.getAuthority() + "/socket/websocket?vsn=2.0.0"),
                        new Messages(messages))
                .get(1, TimeUnit.MINUTES);
        socket.sendText("[\"1\",\"1\",\"room:lobby\",\"phx_join\",{\"name\":\"Attar\"}]", true)
                .get(1, TimeUnit.MINUTES);
        return socket;
    }

    @Test
    void everyPublishedJarHasAModuleName() throws IOException {
        for (String artifact : REPOSITORY.published()) {
            assertThat(ModuleFinder.of(REPOSITORY.jar(artifact)).findAll())
                    .as(artifact)
                    .singleElement()
                    .satisfies(module -> {
                        ModuleDescriptor descriptor = module.descriptor();
                        String declared = Repository.property(Repository.folder(artifact), "java.module.name");
                        assertThat(descriptor.isAutomatic()).isTrue();
                        assertThat(descriptor.name()).isEqualTo(declared).startsWith("dev.simurgh.");
                    });
        }
    }

    private static String listening(BufferedReader out) throws IOException {
        String start = "listening on ";
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        throw new AssertionError("the program ended without listening");
    }

    record Messages(BlockingQueue<String> received) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            received.add(text.toString());
            return WebSocket.Listener.super.onText(socket, text, last);
        }
    }
}
