package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that dies without a word, as its clients see it, and the one that takes its place. */
@Timeout(60)
class KilledServerTest {
    private static final int CLIENTS = 20;

    private record Child(Process process, int port) {}

    @Test
    void clientsOfAKilledServerComeBackToTheNextOneByThemselves() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
        List<ReturningClient> clients = new ArrayList<>();
        Child first = start();
        try (TestProxy proxy = TestProxy.to(first.port())) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(ReturningClient.start(group, proxy.port(), "room:a", "load:b"));
            }
            NetworkRig.awaitUntil(() -> clients.stream().allMatch(ReturningClient::joined));

            first.process().destroyForcibly();
            assertThat(first.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
            NetworkRig.awaitUntil(
                    () -> clients.stream().noneMatch(client -> client.ends().isEmpty()));
            assertThat(clients).allSatisfy(client -> assertThat(client.ends()).containsOnly(ClientConnection.LOST));
            assertThat(clients).noneMatch(ReturningClient::joined);

            Child second = start();
            try {
                proxy.target(second.port());
                NetworkRig.awaitUntil(() -> clients.stream().allMatch(ReturningClient::joined));
                clients.get(0).push("room:a", "shout", "{\"after\":\"the crash\"}");
                NetworkRig.awaitUntil(() -> clients.stream().allMatch(client -> client.got("shout", "the crash")));
            } finally {
                second.process().destroyForcibly();
            }
        } finally {
            first.process().destroyForcibly();
            clients.forEach(ReturningClient::stop);
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    private static Child start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConformanceServer.class.getName(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("listening on ")) {
                return new Child(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
            }
        }
        throw new AssertionError("the server ended: " + process);
    }
}
