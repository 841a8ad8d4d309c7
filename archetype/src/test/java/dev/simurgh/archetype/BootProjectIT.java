package dev.simurgh.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The project of the archetype for Spring Boot, as a newcomer has it: Boot's parent, Boot's versions, one dependency and one class of a channel,
 * packed to one jar and started.
 */
class BootProjectIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Repository REPOSITORY = new Repository(TARGET.resolve("repository"));
    private static final Shell SHELL = new Shell(REPOSITORY);
    private static final Path GENERATED = TARGET.resolve("generated/boot");
    private static final Pattern WEB_PORT = Pattern.compile("(?:Tomcat|Netty) started on port (\\d+)");
    private static final Pattern OWN_PORT = Pattern.compile("\"port\":(\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void generate() throws Exception {
        REPOSITORY.fill();
        Path folder = Files.createDirectories(GENERATED.getParent());
        Shell.delete(GENERATED);
        Files.createDirectories(folder.resolve(".mvn")); // else Maven takes the options of Simurgh's own build
        SHELL.run(
                folder,
                "mvn -B -q org.apache.maven.plugins:maven-archetype-plugin:"
                        + System.getProperty("maven.archetype.version") + ":generate -DarchetypeGroupId=dev.simurgh"
                        + " -DarchetypeArtifactId=simurgh-archetype-spring -DarchetypeVersion="
                        + System.getProperty("simurgh.version")
                        + " -DgroupId=com.example -DartifactId=boot -Dversion=1.0 -Dpackage=chat");
    }

    @Test
    void aChannelIsJoinedAndTheActuatorAndTheDashboardAreThere() throws Exception {
        tryOut("4.1.2", "spring-boot-starter-webmvc");
    }

    @Test
    @Tag("long")
    void soTheyAreOnTheOtherBootWithTheOtherKindOfWebServer() throws Exception {
        tryOut("3.5.16", "spring-boot-starter-webflux");
    }

    /** The same once more for those who have the time: {@code -Darchetype.more=true}. */
    @ParameterizedTest
    @CsvSource({"3.5.16, spring-boot-starter-web", "4.1.2, spring-boot-starter-webflux"})
    @EnabledIfSystemProperty(named = "archetype.more", matches = "true")
    void soTheyAreWithTheOtherWebServers(String boot, String web) throws Exception {
        tryOut(boot, web);
    }

    private void tryOut(String boot, String web) throws Exception {
        Path project = TARGET.resolve("generated/" + web + "-" + boot);
        Shell.delete(project);
        Shell.copy(GENERATED, project);
        Path pom = project.resolve("pom.xml");
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replaceFirst("(?s)(spring-boot-starter-parent</artifactId>\\s*<version>)[^<]*", "$1" + boot)
                        .replace("spring-boot-starter-webmvc", web)
                        .replace("</properties>", "  " + netty(boot) + "</properties>"));
        SHELL.run(project, "mvn -B -q package");

        Process program = SHELL.command(
                        project, "exec java -jar target/boot-1.0.jar --server.port=0 --simurgh.server.port=0")
                .start();
        try (BufferedReader out = program.inputReader()) {
            URI application = URI.create("http://localhost:" + started(out));
            String node = get(application.resolve("/actuator/simurgh"));
            Matcher port = OWN_PORT.matcher(node);
            assertThat(port.find()).as(node).isTrue();
            joined(application, Integer.parseInt(port.group(1)));

            assertThat(get(application.resolve("/actuator/health/readiness"))).contains("\"UP\"");
            assertThat(get(application.resolve("/actuator/metrics"))).contains("\"simurgh.");
            assertThat(get(application.resolve("/index.html"))).contains("phoenix.mjs");
            assertThat(get(URI.create("http://localhost:" + port.group(1) + "/dashboard/")))
                    .contains("<html");

            program.destroy();
            assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(program.exitValue()).isEqualTo(128 + 15); // as that of any application of Boot
        } finally {
            program.destroyForcibly();
        }
    }

    /** Of the one that Boot 4.1.2 wants, 4.2.19, not every repository has the native libraries. The user of WebFlux has to look; Simurgh has its own. */
    private static String netty(String boot) throws IOException {
        return boot.startsWith("4.")
                ? "<netty.version>" + Repository.property(Path.of(".."), "netty.version") + "</netty.version>"
                : "";
    }

    /** As a page of the application does, which comes from its port. */
    private void joined(URI application, int port) throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = http.newWebSocketBuilder()
                .header("Origin", application.toString())
                .buildAsync(
                        URI.create("ws://localhost:" + port + "/socket/websocket?vsn=2.0.0"),
                        new GeneratedProjectIT.Messages(messages))
                .get(1, TimeUnit.MINUTES);
        socket.sendText("[\"1\",\"1\",\"room:lobby\",\"phx_join\",{\"name\":\"Attar\"}]", true)
                .get(1, TimeUnit.MINUTES);
        assertThat(messages.poll(1, TimeUnit.MINUTES)).contains("\"phx_reply\"", "\"ok\"");
        socket.sendText("[\"1\",\"2\",\"room:lobby\",\"say\",{\"text\":\"hello\"}]", true)
                .get(1, TimeUnit.MINUTES);
        assertThat(messages.poll(1, TimeUnit.MINUTES)).contains("\"said\"", "{\"name\":\"Attar\",\"text\":\"hello\"}");
        socket.abort();
    }

    private String get(URI uri) throws Exception {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", uri, answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** The port of the application's web server, when all has started. */
    private static String started(BufferedReader out) throws IOException {
        StringBuilder said = new StringBuilder();
        String webPort = "";
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            Matcher port = WEB_PORT.matcher(line);
            if (port.find()) {
                webPort = port.group(1);
            } else if (line.contains("Started Application in")) {
                return webPort;
            }
        }
        throw new AssertionError("the program ended without having started:\n" + said);
    }
}
