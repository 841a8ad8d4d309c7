package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.CloseCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ShutdownTest {

    /** An application, as it is started by a process manager. */
    static final class Application {
        @SuppressWarnings("SystemOut") // heard by the test
        public static void main(String[] args) {
            Endpoint endpoint = Endpoint.builder()
                    .codec(new JacksonCodec())
                    .socket("/socket", SocketSpec.builder().quiet().build())
                    .build();
            Server server = Server.builder(endpoint).host("127.0.0.1").port(0).start();
            server.stopOnShutdown(() -> System.out.println("afterwards"));
            System.out.println(server.port());
        }
    }

    @Test
    void sigtermDrainsAndExitsWithZero() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            int port = Integer.parseInt(output.readLine());
            try (RawClient client = RawClient.webSocket(port, TestServer.TARGET)) {
                process.toHandle().destroy(); // the process itself would close its output

                assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
                client.close(CloseCode.SERVICE_RESTART);
            }
            assertThat(output.readLine()).isEqualTo("afterwards");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
