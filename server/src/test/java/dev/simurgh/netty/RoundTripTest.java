package dev.simurgh.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.WebSocketOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a client takes to answer is measured by a ping that only the answer to it ends. */
class RoundTripTest {
    private final TestServer test = TestServer.start(WebSocketOptions.builder());
    private final List<Long> measured = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        test.close();
    }

    private void measure() {
        test.endpoint.backstage().eachConnection(each -> each.roundTrip(measured::add));
    }

    private static void pong(RawClient client, byte[] content) {
        client.send(RawClient.frame(RawClient.FIN | FrameWriter.PONG, content));
    }

    @Test
    void anAnswerIsTheOneToThePing() {
        try (RawClient client = test.webSocket()) {
            measure();
            RawClient.WsFrame ping = client.read();
            assertThat(ping.opcode()).isEqualTo(FrameWriter.PING);
            assertThat(ping.content()).hasSize(8);
            pong(client, new byte[0]);
            pong(client, new byte[8]);
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
            assertThat(measured).isEmpty();
            pong(client, ping.content());
            pong(client, ping.content());
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
            assertThat(measured)
                    .singleElement()
                    .satisfies(nanos -> assertThat(nanos).isPositive());
        }
    }

    @Test
    void whatThrowsWhenItHearsTheAnswerEndsNoClient() {
        try (RawClient client = test.webSocket()) {
            test.endpoint
                    .backstage()
                    .eachConnection(each -> each.roundTrip(nanos -> {
                        throw new IllegalStateException("on purpose");
                    }));
            pong(client, client.read().content());
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
        }
    }

    @Test
    void aLaterPingTakesThePlaceOfTheFirst() {
        try (RawClient client = test.webSocket()) {
            measure();
            measure();
            RawClient.WsFrame first = client.read();
            RawClient.WsFrame second = client.read();
            pong(client, first.content());
            pong(client, second.content());
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
            assertThat(measured).hasSize(1);
        }
    }

    @Test
    void nobodyIsAskedWhoHasGone() {
        ConnectionView[] view = new ConnectionView[1];
        try (RawClient client = test.webSocket()) {
            assertThat(client.text(TestServer.HEARTBEAT).read().text()).contains("ok");
            test.endpoint.backstage().eachConnection(each -> view[0] = each);
        }
        await().until(() -> view[0].isClosed());
        view[0].roundTrip(measured::add);
        assertThat(measured).isEmpty();
    }
}
