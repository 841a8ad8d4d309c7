package dev.simurgh.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The code of docs/guides/application-port.md for Reactor Netty is that of this test, and works. */
class ReactorPortGuideTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- run by ReactorPortGuideTest -->\n```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theGuidesCodeIsHere() throws IOException {
        String own = Files.readString(
                Path.of("../reactor-netty/src/test/java/dev/simurgh/reactor/ReactorPortGuideTest.java"));
        Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/guides/application-port.md")));
        assertThat(block.find()).isTrue();
        assertThat(squeezed(own)).contains(squeezed(block.group(1)));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void itWorks() {
        int port = 0;
        Endpoint endpoint = Endpoint.builder()
                .codec(new JacksonCodec())
                .socket("/socket", SocketSpec.builder().build())
                .build();
        SimurghRoutes simurgh = SimurghRoutes.builder(endpoint).build();

        DisposableServer server = HttpServer.create()
                .port(port)
                .route(routes -> {
                    simurgh.accept(routes);
                    routes.get("/hello", (request, response) -> response.sendString(Mono.just("hello")));
                })
                .bindNow();

        try (RawClient client = RawClient.webSocket(server.port(), "/socket/websocket?vsn=2.0.0")) {
            client.text("[null,\"1\",\"phoenix\",\"heartbeat\",{}]");
            assertThat(client.read().text()).contains("phx_reply");
        }
        simurgh.close();
        server.disposeNow();
        endpoint.close();
    }
}
