package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code of docs/guides/application-port.md is that of this test, and works. */
class ApplicationPortGuideTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- run by ApplicationPortGuideTest -->\n```java\n(.*?)```", Pattern.DOTALL);

    private final Endpoint endpoint = Endpoint.builder()
            .codec(new JacksonCodec())
            .socket("/socket", SocketSpec.builder().build())
            .build();
    private final int port = 0;
    private final String work = "target/tomcat";

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void theGuidesCodeIsHere() throws IOException {
        String own = Files.readString(Path.of("src/ee10Test/java/dev/simurgh/jakarta/ApplicationPortGuideTest.java"));
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("../docs/guides/application-port.md")));
        List<String> code = blocks.results().map(block -> block.group(1)).toList();
        assertThat(code).hasSize(2);
        for (String block : code) {
            assertThat(squeezed(own)).contains(squeezed(block));
        }
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void itWorksOnTomcat() throws Exception {
        SimurghServlet servlet = SimurghServlet.builder(endpoint).build();

        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(work); // where it may write
        tomcat.setPort(port);
        tomcat.getConnector();
        Context context = tomcat.addContext("", null);
        context.addServletContainerInitializer(new WsSci(), null); // Tomcat's WebSocket
        context.addServletContainerInitializer((classes, application) -> servlet.register(application), null);
        tomcat.start();

        answers(tomcat.getConnector().getLocalPort());
        servlet.close();
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void itWorksOnJetty() throws Exception {
        SimurghServlet servlet = SimurghServlet.builder(endpoint).build();

        Server server = new Server(port);
        ServletContextHandler context = new ServletContextHandler("/");
        JakartaWebSocketServletContainerInitializer.configure(context, null); // Jetty's WebSocket
        context.addServletContainerInitializer((classes, application) -> servlet.register(application));
        server.setHandler(context);
        server.start();

        answers(((NetworkConnector) server.getConnectors()[0]).getLocalPort());
        servlet.close();
        server.stop();
    }

    private static void answers(int at) {
        try (RawClient client = RawClient.webSocket(at, Rig.TARGET)) {
            assertThat(client.text(Rig.HEARTBEAT).read().text()).contains("\"status\":\"ok\"");
        }
    }
}
