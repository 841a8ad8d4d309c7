package dev.simurgh.spring.aot;

import dev.simurgh.channel.Socket;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Pushes;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application that talks to itself, and prints what it hears. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({AheadOfTimeApplication.Shapes.class, AheadOfTimeApplication.Title.class})
public class AheadOfTimeApplication {
    record Point(int x, int y) {}

    enum Colour {
        RED
    }

    sealed interface Shape permits Dot, Line {}

    record Dot(Point at) implements Shape {}

    @SuppressWarnings("ArrayRecordComponent") // as payloads may have
    record Line(Point[] points, List<Colour> colours) implements Shape {}

    record Drawn(Line line) {}

    record Told(String title, Drawn drawn) {}

    record Painting(List<Shape> shapes) {}

    static class Title {
        String title() {
            return "drawn";
        }
    }

    @SimurghChannel("shapes:*")
    @Pushes(event = "painting", type = Painting.class)
    static class Shapes {
        private final Title title;

        Shapes(Title title) {
            this.title = title;
        }

        @Join
        void join() {}

        @HandleIn("draw")
        @SuppressWarnings("UnusedMethod") // by its annotation
        private Told draw(Drawn drawn) {
            return new Told(title.title(), drawn);
        }

        @HandleOut("out")
        void out(Point point, Socket socket) {
            socket.push("out", point);
        }
    }

    public static void main(String[] args) throws Exception {
        try (ConfigurableApplicationContext context =
                SpringApplication.run(AheadOfTimeApplication.class, "--simurgh.server.port=0")) {
            int port = context.getBean(ServerLifecycle.class).port();
            System.out.println("ahead of time: " + AotDetector.useGeneratedArtifacts());
            System.out.println("heard: " + talk(port));
        }
    }

    private static List<@Nullable String> talk(int port) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://localhost:" + port + "/socket/websocket?vsn=2.0.0"), new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onText(
                                    WebSocket from, CharSequence text, boolean last) {
                                heard.add(text.toString());
                                return WebSocket.Listener.super.onText(from, text, last);
                            }
                        })
                .get(20, TimeUnit.SECONDS);
        socket.sendText("[\"1\",\"1\",\"shapes:1\",\"phx_join\",{}]", true).get(20, TimeUnit.SECONDS);
        @Nullable String joined = heard.poll(20, TimeUnit.SECONDS);
        String line = "{\"line\":{\"points\":[{\"x\":1,\"y\":2}],\"colours\":[\"RED\"]}}";
        socket.sendText("[\"1\",\"2\",\"shapes:1\",\"draw\"," + line + "]", true)
                .get(20, TimeUnit.SECONDS);
        @Nullable String drawn = heard.poll(20, TimeUnit.SECONDS);
        socket.abort();
        return java.util.Arrays.asList(joined, drawn);
    }
}
