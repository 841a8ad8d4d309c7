package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.conformance.TestProxy.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are cut, in the middle of whatever it is. Closing the rig checks that nothing leaks. */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class CutNetworkTest {
    /** More than the handshake and the join have, both ways. */
    private static final int LONGEST = 450;

    @Test
    void whatAnInventoryShows() {
        try (NetworkRig rig = NetworkRig.patient()) {
            rig.joined(rig.client("room:a"));

            Inventory held = Inventory.of(rig.server);
            assertThat(held.connections()).isEqualTo(1);
            assertThat(held.channels()).isEqualTo(1);
            assertThat(held.topics())
                    .containsOnlyKeys("room:a", "news", EmbeddedServer.EVERYBODY)
                    .containsValue(1);
            assertThat(held.interest()).isEqualTo(Set.of("room:a", "news", EmbeddedServer.EVERYBODY));
            assertThat(held.timeouts()).isEqualTo(1);
            assertThat(held.scheduled()).isEqualTo(1);
            assertThat(held.timers()).isEqualTo(1);
        }
    }

    @Test
    void aResetEndsEverythingAtOnceAndTheClientComesBack() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.client("room:a", "loop:b"));
            rig.proxy.reset();

            NetworkRig.awaitUntil(() -> client.opened() == 2 && client.joined());
            assertThat(client.ends()).containsExactly(ClientConnection.LOST);
            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anEndOfOneWayEndsTheConnection(Way way) {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.halfClose(way);

            NetworkRig.awaitUntil(() -> client.opened() == 2 && client.joined());
            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
        }
    }

    @Test
    void anEndWithoutACloseFrameIsAnEnd() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.finish();

            NetworkRig.awaitUntil(() -> client.opened() == 2 && client.joined());
            assertThat(client.ends()).containsExactly(ClientConnection.LOST);
        }
    }

    @Test
    void whatAClientSaidBeforeItHalfClosedIsHeard() throws IOException {
        try (NetworkRig rig = NetworkRig.patient();
                Socket halfClosed = new Socket(InetAddress.getLoopbackAddress(), rig.proxy.port())) {
            ReturningClient listener = rig.joined(rig.client("room:a"));
            halfClosed.getOutputStream().write(lastWords());
            halfClosed.shutdownOutput();

            NetworkRig.awaitUntil(() -> listener.got("shout", "last words"));
            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 1);
        }
    }

    private static byte[] lastWords() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(String.join(
                        "\r\n",
                        "GET /socket/websocket?vsn=2.0.0 HTTP/1.1",
                        "Host: localhost",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII));
        for (String text : new String[] {
            "[\"1\",\"1\",\"room:a\",\"phx_join\",{}]", "[\"1\",\"2\",\"room:a\",\"shout\",{\"text\":\"last words\"}]"
        }) {
            byte[] content = text.getBytes(StandardCharsets.US_ASCII);
            bytes.write(new byte[] {(byte) 0x81, (byte) (0x80 | content.length), 0, 0, 0, 0});
            bytes.write(content);
        }
        return bytes.toByteArray();
    }

    /** Through the handshake, the join and into what follows: the cut moves on by a few bytes each time. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void aCutAnywhereInHandshakeAndJoinLeavesNothing(Way way) {
        try (NetworkRig rig = NetworkRig.patient()) {
            int opened = 0;
            for (int bytes = 1; bytes <= LONGEST; bytes += 7) {
                rig.proxy.resetAfter(way, bytes);
                ReturningClient client = rig.once("room:a", "loop:b");
                client.push("room:a", "echo", "{}");
                NetworkRig.awaitUntil(() -> !client.ends().isEmpty() || client.joined());
                opened += client.opened();
                client.stop();
            }
            assertThat(opened).as("attempts that got beyond the handshake").isPositive();
            rig.awaitNobody();
        }
    }

    @Test
    void aCutInTheMiddleOfAMessageLosesThatMessageOnly() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient listener = rig.joined(rig.direct("room:a"));
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.resetAfter(Way.TO_SERVER, 60_000);
            client.push("room:a", "shout", "{\"text\":\"whole\"}");
            client.push("room:a", "shout", "{\"text\":\"cut\",\"more\":\"" + "x".repeat(90_000) + "\"}");

            NetworkRig.awaitUntil(() -> client.opened() == 2 && client.joined());
            client.push("room:a", "shout", "{\"text\":\"next\"}");
            NetworkRig.awaitUntil(() -> listener.got("shout", "next"));
            assertThat(listener.got("shout", "whole")).isTrue();
            assertThat(listener.got("shout", "cut")).isFalse();
        }
    }

    @Test
    void aCutInTheMiddleOfABroadcastHurtsNobodyElse() {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient healthy = rig.joined(rig.direct("room:a"));
            ReturningClient client = rig.joined(rig.client("room:a"));
            rig.proxy.resetAfter(Way.TO_CLIENT, 1_000);
            rig.server.endpoint.broadcast("room:a", "shout", Map.of("text", "x".repeat(50_000) + "!"));

            NetworkRig.awaitUntil(() -> healthy.got("shout", "x!"));
            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            rig.proxy.heal();
            NetworkRig.awaitUntil(client::joined);
            assertThat(healthy.opened()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCutInTheMiddleOfTheServersCloseIsAnEnd(Way way) {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.once("room:a"));
            rig.proxy.resetAfter(way, 2);
            rig.server.endpoint.disconnect(EmbeddedServer.EVERYBODY);

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            rig.awaitNobody();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCutInTheMiddleOfTheClientsCloseIsAnEnd(Way way) {
        try (NetworkRig rig = NetworkRig.patient()) {
            ReturningClient client = rig.joined(rig.once("room:a"));
            rig.proxy.resetAfter(way, 3);
            client.close();

            NetworkRig.awaitUntil(() -> !client.ends().isEmpty());
            rig.awaitNobody();
        }
    }

    @Test
    void connectionsThatComeAndGoLeaveOneTickBehind() {
        try (NetworkRig rig = NetworkRig.patient()) {
            for (int i = 0; i < 30; i++) {
                ReturningClient client = rig.joined(rig.once());
                client.stop();
                NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 0);
            }
            rig.joined(rig.client());
            rig.joined(rig.client());

            // one for each event loop, once the clients have been looked at
            NetworkRig.awaitUntil(() -> Inventory.of(rig.server).timeouts() == 2);
            assertThat(Inventory.of(rig.server).scheduled()).isEqualTo(2);
        }
    }
}
