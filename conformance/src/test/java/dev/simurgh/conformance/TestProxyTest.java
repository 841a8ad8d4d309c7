package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.conformance.TestProxy.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TestProxyTest {
    private ServerSocket listener;
    private TestProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = TestProxy.to(listener.getLocalPort());
        client = dial();
        server = listener.accept();
        server.setTcpNoDelay(true);
        server.setSoTimeout(5000);
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(5000);
        return socket;
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        proxy.close();
        listener.close();
    }

    private static void send(Socket from, String text) throws IOException {
        from.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket to, int length) throws IOException {
        return new String(to.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(100);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(5000);
    }

    @Test
    void aGoodNetworkCarriesBothWaysAndTheEnd() throws IOException {
        send(client, "ping");
        assertThat(read(server, 4)).isEqualTo("ping");
        send(server, "pong");
        client.shutdownOutput();

        assertThat(server.getInputStream().read()).isEqualTo(-1);
        send(server, "!"); // a side that has ended still hears
        assertThat(read(client, 5)).isEqualTo("pong!");
        server.close();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        NetworkRig.awaitUntil(() -> proxy.links() == 0);
    }

    @Test
    void muchGoesThroughWhole() throws IOException {
        byte[] much = new byte[5_000_000];
        new Random(1).nextBytes(much);
        Thread writer = new Thread(() -> {
            try {
                client.getOutputStream().write(much);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();

        assertThat(server.getInputStream().readNBytes(much.length)).isEqualTo(much);
    }

    @Test
    void aDelayHoldsBytesAndTheEndBackInOrder() throws IOException {
        proxy.delay(Way.TO_SERVER, Duration.ofMillis(200));
        long start = System.nanoTime();
        send(client, "late");
        client.shutdownOutput();

        assertThat(read(server, 5)).isEqualTo("late");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
    }

    @Test
    void aLimitOfBandwidthIsKept() throws IOException {
        proxy.bytesPerSecond(Way.TO_SERVER, 10_000);
        long start = System.nanoTime();
        send(client, "x".repeat(3_000));

        assertThat(read(server, 3_000)).hasSize(3_000);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(250_000_000);
    }

    @Test
    void slicesArriveOneByOne() throws IOException {
        int bytes = 5_000;
        proxy.slices(Way.TO_SERVER, 1);
        send(client, "x".repeat(bytes));
        int reads = 0;
        for (int got = 0; got < bytes; reads++) {
            got += server.getInputStream().read(new byte[bytes]);
        }

        assertThat(reads).isGreaterThan(10);
    }

    @Test
    void aBlackHoleTakesAndTellsNothingUntilItIsHealed() throws IOException {
        proxy.silence();
        send(client, "lost?");
        client.shutdownOutput();
        assertSilent(server);

        proxy.heal();
        assertThat(read(server, 6)).isEqualTo("lost?");
    }

    @Test
    void aBlackHoleOneWayLeavesTheOther() throws IOException {
        proxy.silence(Way.TO_CLIENT);
        send(client, "heard");
        send(server, "unheard");

        assertThat(read(server, 5)).isEqualTo("heard");
        assertSilent(client);
    }

    @Test
    void aResetIsSeenByBoth() {
        proxy.reset();

        assertReset(client);
        assertReset(server);
        assertThat(proxy.links()).isZero();
    }

    @Test
    void aResetOfOneSideIsPassedOn() throws IOException {
        client.setSoLinger(true, 0);
        client.close();

        assertReset(server);
    }

    @Test
    void aFinishIsSeenByBothAsTheEnd() throws IOException {
        proxy.finish();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aHalfCloseEndsOneWayOnly() throws IOException {
        proxy.halfClose(Way.TO_SERVER);
        assertThat(server.getInputStream().read()).isEqualTo(-1);

        send(client, "into nothing");
        send(server, "heard");
        assertThat(read(client, 5)).isEqualTo("heard");
    }

    @Test
    void aLinkIsCutAfterSoManyBytes() throws IOException {
        proxy.resetAfter(Way.TO_SERVER, 4);
        send(client, "fourfive");

        assertThat(server.getInputStream().read(new byte[100])).isEqualTo(4);
        assertReset(server);
        assertReset(client);
    }

    @Test
    void whatIsDownCutsEverybodyUntilItIsHealed() throws IOException {
        proxy.down();
        assertReset(client);
        try (Socket refused = dial()) {
            assertReset(refused);
        }
        proxy.heal();
        try (Socket again = dial();
                Socket there = listener.accept()) {
            there.shutdownOutput();
            assertThat(again.getInputStream().read()).isEqualTo(-1);
        }
    }
}
