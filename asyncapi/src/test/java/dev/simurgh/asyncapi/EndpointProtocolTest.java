package dev.simurgh.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointProtocolTest {
    private record Device(int batteryLevel) {}

    private static SocketSpec devices() {
        return SocketSpec.builder()
                .channel(
                        "device:*",
                        ChannelSpec.builder(Object::new)
                                .pushes("state", Device.class)
                                .build())
                .build();
    }

    private static JsonNode document(EndpointProtocol protocol) throws IOException {
        return new JsonMapper().readTree(protocol.asyncApi());
    }

    @Test
    void theDocumentSaysWhatIsReceivedRepliedAndSent() throws IOException {
        JsonNode document = document(Showcase.protocol().build());
        JsonNode messages = document.at("/channels/socket.every_any/messages");
        JsonNode shout = document.at("/operations/socket.every_any.push.shout");

        assertThat(document.at("/info/title").asText()).isEqualTo("Showcase");
        assertThat(document.at("/info/version").asText()).isEqualTo("2.1.0");
        assertThat(document.at("/channels/socket.every_any/address").asText()).isEqualTo("every:{rest}");
        assertThat(messages.at("/push.shout/name").asText()).isEqualTo("shout");
        assertThat(messages.at("/push.shout/payload/$ref").asText()).isEqualTo("#/components/schemas/AsyncapiText");
        assertThat(messages.at("/push.shout.reply.ok/payload/properties/response/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/ShowcaseNumbers");
        assertThat(messages.at("/push.bytes/contentType").asText()).isEqualTo("application/octet-stream");
        assertThat(shout.path("action").asText()).isEqualTo("receive");
        assertThat(shout.at("/reply/messages")).hasSize(4);
        assertThat(document.at("/operations/socket.every_any.get.shouted/action")
                        .asText())
                .isEqualTo("send");
        assertThat(document.at("/operations").has("socket.every_any.get.unseen"))
                .as("intercepted")
                .isFalse();
    }

    @Test
    void oneSocketAtTwoPathsIsDescribedOnce() throws IOException {
        JsonNode document = document(Showcase.protocol().build());

        assertThat(document.path("servers")).hasSize(3);
        assertThat(document.at("/channels/socket.every_any/servers")).hasSize(2);
        assertThat(document.path("channels")).hasSize(4);
    }

    @Test
    void theOutputIsTheSameToTheByte() {
        assertThat(Showcase.protocol().build().asyncApi())
                .isEqualTo(Showcase.protocol().build().asyncApi());
        assertThat(Showcase.protocol().build().typeScript())
                .isEqualTo(Showcase.protocol().build().typeScript());
    }

    @Test
    void anEndpointGivesItsSocketsAndItsCodec() {
        Endpoint endpoint = Endpoint.builder()
                .codec(JacksonCodec.of(JsonMapper.builder()
                        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .build()))
                .socket("/socket", devices())
                .socket("/other", devices())
                .build();
        try {
            assertThat(EndpointProtocol.of(endpoint).typeScript())
                    .contains("\"/socket\": {", "\"/other\": {", "battery_level: number");
            assertThat(EndpointProtocol.builder()
                            .sockets(endpoint)
                            .without("/other")
                            .build()
                            .typeScript())
                    .doesNotContain("\"/other\"");
        } finally {
            endpoint.close();
        }
    }

    @Test
    void aPathIsTakenOnce() {
        assertThatThrownBy(() ->
                        EndpointProtocol.builder().socket("/socket", devices()).socket("/socket", devices()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("socket: /socket twice (expected: one socket at each path)");
        assertThatThrownBy(() ->
                        EndpointProtocol.builder().socket("/socket", devices()).without("/sokket"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("without: /sokket (expected: one of [/socket])");
    }

    /** What a build names. */
    static final class Devices implements Supplier<EndpointProtocol> {
        @Override
        public EndpointProtocol get() {
            return EndpointProtocol.builder().socket("/socket", devices()).build();
        }
    }

    @Test
    void aBuildWritesFilesAndLeavesThoseThatAreSo(@TempDir Path folder) throws IOException {
        Path types = folder.resolve("new/types.ts");
        Path document = folder.resolve("asyncapi.json");
        String[] args = {Devices.class.getName(), "--typescript", types.toString(), "--asyncapi", document.toString()};

        Generate.main(args);
        FileTime longAgo = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(types, longAgo);
        Generate.main(args);

        assertThat(types).hasContent(new Devices().get().typeScript());
        assertThat(document).hasContent(new Devices().get().asyncApi());
        assertThat(Files.getLastModifiedTime(types)).isEqualTo(longAgo);
    }

    @Test
    void aBuildThatNamesSomethingElseIsToldWhatIsExpected() {
        assertThatThrownBy(() -> Generate.main(new String[0]))
                .hasMessage("arguments: none (expected: Generate CLASS [--asyncapi FILE] [--typescript FILE])");
        assertThatThrownBy(() -> Generate.main(new String[] {"no.such.Class", "--asyncapi", "x"}))
                .hasMessage(
                        "class: no.such.Class (expected: one on the class path, with a constructor without parameters)");
        assertThatThrownBy(() -> Generate.main(new String[] {"java.util.ArrayList", "--asyncapi", "x"}))
                .hasMessage("class: java.util.ArrayList (expected: a Supplier<EndpointProtocol>)");
        assertThatThrownBy(() -> Generate.main(new String[] {Devices.class.getName()}))
                .hasMessageStartingWith("arguments: " + Devices.class.getName() + " (expected: Generate CLASS");
        assertThatThrownBy(() -> Generate.main(new String[] {Devices.class.getName(), "--json", "x"}))
                .hasMessageStartingWith("arguments: --json (expected: ");
    }

    /** As for applications on Jackson 3: what is guessed may be other than what is written. */
    @Test
    void howAnotherCodecWritesHasToBeSaid() {
        PayloadCodec other = (PayloadCodec) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PayloadCodec.class}, (proxy, method, arguments) -> null);
        Endpoint endpoint =
                Endpoint.builder().codec(other).socket("/socket", devices()).build();

        assertThatThrownBy(() -> EndpointProtocol.of(endpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("codec: ")
                .hasMessageEndingWith(
                        "(expected: a JacksonCodec on Jackson 2, or one given with codec(…) that writes payloads as this one does)");
        assertThat(EndpointProtocol.builder()
                        .sockets(endpoint)
                        .codec(JacksonCodec.create())
                        .build()
                        .typeScript())
                .contains("batteryLevel: number");
    }

    @Test
    void theCodecThatIsGivenGoesBeforeTheEndpoints() {
        JacksonCodec snake = JacksonCodec.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build());
        Endpoint endpoint = Endpoint.builder()
                .codec(JacksonCodec.create())
                .socket("/socket", devices())
                .build();

        assertThat(EndpointProtocol.builder()
                        .codec(snake)
                        .sockets(endpoint)
                        .build()
                        .typeScript())
                .contains("battery_level: number");
    }
}
