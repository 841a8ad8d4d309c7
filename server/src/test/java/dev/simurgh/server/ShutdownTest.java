package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.CloseCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class ShutdownTest {
    @SuppressWarnings("NullAway.Init")
    private Process process;

    @SuppressWarnings("NullAway.Init")
    private BufferedReader output;

    /** An application, as it is started by a process manager, with a shutdown hook of its own that is slower than ours. */
    static final class Application {
        @SuppressWarnings("SystemOut") // heard by the test
        public static void main(String[] args) throws IOException {
            Endpoint endpoint = Endpoint.builder()
                    .codec(new JacksonCodec())
                    .socket("/socket", SocketSpec.builder().quiet().build())
                    .build();
            Server server = Server.builder(endpoint)
                    .host("127.0.0.1")
                    .port(0)
                    .stopTimeout(Duration.parse(args[0]))
                    .start();
            CountDownLatch stopped = new CountDownLatch(1);
            server.stopOnShutdown(() -> {
                System.out.println("said: afterwards");
                stopped.countDown();
            });
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finishSlowly(stopped)));
            System.out.println(server.port());
            System.exit(System.in.read());
        }

        @SuppressWarnings("SystemOut") // heard by the test
        private static void finishSlowly(CountDownLatch stopped) {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            System.out.println("said: other hook done");
        }
    }

    private int start(String stopTimeout) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName(),
                        stopTimeout)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        output = process.inputReader();
        return Integer.parseInt(output.readLine());
    }

    @AfterEach
    void kill() {
        if (process != null) { // none was started where the test is skipped
            process.destroyForcibly();
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        List<String> command = List.of("kill", "-" + name, Long.toString(process.pid()));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    /** Who is started in the background by some shells does not hear SIGINT, and neither do its children. */
    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    private void assertEnds(int status) throws IOException, InterruptedException {
        assertThat(output.lines().filter(line -> line.startsWith("said: ")))
                .containsExactly("said: afterwards", "said: other hook done");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalSendsClientsAwayAndTheStatusIsZero(String name) throws IOException, InterruptedException {
        assumeFalse(name.equals("INT") && interruptsAreIgnored());
        try (RawClient client = RawClient.webSocket(start("PT60S"), TestServer.TARGET)) {
            signal(process, name);

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            client.close(CloseCode.SERVICE_RESTART);
        }
        assertEnds(0);
    }

    @Test
    void theStatusOfAnExitStays() throws IOException, InterruptedException {
        try (RawClient client = RawClient.webSocket(start("PT60S"), TestServer.TARGET)) {
            process.getOutputStream().write(3);
            process.getOutputStream().flush();

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            client.close(CloseCode.SERVICE_RESTART);
        }
        assertEnds(3);
    }

    @Test
    void aClientThatStaysHoldsNothingUpForLongerThanTheStopTimeout() throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (RawClient client = RawClient.webSocket(start("PT0.2S"), TestServer.TARGET)) {
            signal(process, "TERM");

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            assertEnds(0);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
    }
}
