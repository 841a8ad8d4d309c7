package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSocketsTest {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static @Nullable ClusterTls tls(boolean encrypted) {
        return encrypted ? ClusterTls.secret(SECRET) : null;
    }

    /** Reads to the end, which comes as such or as a reset. */
    private static void awaitEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangersWhoSayNothingHoldUpNobody(boolean encrypted) throws IOException {
        ClusterTls tls = tls(encrypted);
        List<Socket> strangers = new ArrayList<>();
        try (SocketsRig rig = new SocketsRig(tls)) {
            for (int i = 0; i < 3 * NodeServerSocket.MAX_WAITING; i++) {
                strangers.add(rig.stranger());
            }
            assertThat(rig.lets(tls)).isTrue();
            awaitEnd(strangers.get(0));
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangersWhoSayNothingAreLetGo(boolean encrypted) throws IOException {
        try (SocketsRig rig = new SocketsRig(tls(encrypted), SOON);
                Socket stranger = rig.stranger()) {
            awaitEnd(stranger);
            await().untilAsserted(() -> assertThat(rig.refusals().count()).isOne());
        }
    }

    /** Each byte comes in time; all together do not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangersWhoSpeakSlowlyAreLetGo(boolean encrypted) throws IOException {
        byte[] hello = encrypted ? new byte[] {0x16, 0x03, 0x01, 0x40, 0x00, 0x01} : SocketsRig.introduction();
        try (SocketsRig rig = new SocketsRig(tls(encrypted), SOON);
                Socket stranger = rig.stranger()) {
            stranger.setSoTimeout((int) SOON.toMillis() / 3);
            int said = 0;
            for (boolean open = true; open && said < 50; said++) {
                open = says(stranger, said < hello.length ? hello[said] : 0);
            }
            assertThat(said).isLessThan(10);
        }
    }

    /** Says a byte, then waits; tells whether the connection is still open after that. */
    private static boolean says(Socket socket, int said) {
        try {
            socket.getOutputStream().write(said);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNoNodeIsLetGoAtOnce(boolean encrypted) throws IOException {
        Random random = new Random(5);
        ClusterTls tls = tls(encrypted);
        try (SocketsRig rig = new SocketsRig(tls)) {
            for (int i = 0; i < 200; i++) {
                byte[] rubbish = new byte[23 + random.nextInt(100)];
                random.nextBytes(rubbish);
                rubbish[0] |= (byte) 0x80; // else it may be the head of a TLS record, which has more to come
                try (Socket stranger = rig.stranger()) {
                    stranger.getOutputStream().write(rubbish);
                    awaitEnd(stranger);
                }
            }
            await().untilAsserted(() -> assertThat(rig.refusals().count()).isEqualTo(200));
            assertThat(rig.lets(tls)).isTrue();
        }
    }

    @Test
    void otherVersionsOfJGroupsAreLetGo() throws IOException {
        byte[] older = SocketsRig.introduction();
        older[4] ^= 0x40;
        try (SocketsRig rig = new SocketsRig(null);
                Socket stranger = rig.stranger()) {
            stranger.getOutputStream().write(older);
            awaitEnd(stranger);
        }
    }

    /** A node that hangs accepts connections all the same: the kernel does. */
    @Test
    void aPeerThatDoesNotShakeHandsFailsTheConnect() throws IOException {
        NodeSockets sockets = new NodeSockets(ClusterTls.secret(SECRET), SOON);
        try (ServerSocket hung = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket socket = sockets.createSocket("test")) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), hung.getLocalPort());
            assertThatThrownBy(() -> socket.connect(address, 1_000))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("introduction (expected: within PT0.3S)");
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void closingEndsWhatWaits() throws IOException {
        Socket stranger;
        try (SocketsRig rig = new SocketsRig(null)) {
            stranger = rig.stranger();
            assertThat(rig.lets((ClusterTls) null)).isTrue();
        }
        try (stranger) {
            awaitEnd(stranger);
        }
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith(ClusterThreads.PREFIX)));
    }

    @Test
    void nothingIsOpenedThatWouldNotBeEncrypted() {
        NodeSockets sockets = new NodeSockets(null, SOON);
        assertThatThrownBy(() -> sockets.createServerSocketChannel("jgroups.nio.server.fd_sock"))
                .isInstanceOf(IOException.class)
                .hasMessage("jgroups.nio.server.fd_sock (expected: a protocol that uses the cluster port)");
        assertThatThrownBy(() -> sockets.createSocketChannel("x")).isInstanceOf(IOException.class);
    }
}
