package hello;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.journal.Journal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Has the conversation of docs/reference/protocol.md with the example: what it says is sent, and what it hears has to come. */
class ConversationTest {
    private static final Pattern CONVERSATION = Pattern.compile("(?s)### A whole conversation\n.*?```text\n(.*?)```");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Keeps the texts that come, but for those of presence, which the page leaves out here. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        JsonNode next() throws Exception {
            JsonNode message = JSON.readTree(texts.poll(30, TimeUnit.SECONDS));
            return message.path(3).asText().startsWith("presence_") ? next() : message;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                texts.add(part.toString());
                part.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }
    }

    @Test
    @Timeout(60)
    void goesAsThePageSays(@TempDir Path folder) throws Exception {
        Matcher page = CONVERSATION.matcher(Files.readString(Path.of("../../docs/reference/protocol.md")));
        assertThat(page.find()).isTrue();
        Options options = Options.parse(
                new String[] {
                    "--port", "0", "--data", folder.resolve("tally.db").toString()
                },
                Map.of());
        try (Journal journal = Main.journal(options)) {
            Main.Running running = Main.start(options, journal);
            try {
                talk(running.server().uri(), page.group(1));
            } finally {
                running.server().close();
                running.endpoint().close();
            }
        }
    }

    private static void talk(URI server, String conversation) throws Exception {
        Heard heard = new Heard();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + server.getAuthority() + "/socket/websocket?vsn=2.0.0"), heard)
                .get(30, TimeUnit.SECONDS);
        for (String line : conversation.lines().toList()) {
            String frame = line.substring(2);
            if (line.startsWith("> ")) {
                socket.sendText(frame, true).get(30, TimeUnit.SECONDS);
            } else {
                assertThat(heard.next()).isEqualTo(JSON.readTree(frame));
            }
        }
        socket.abort();
    }
}
