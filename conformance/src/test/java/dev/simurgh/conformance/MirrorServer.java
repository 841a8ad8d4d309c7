package dev.simurgh.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays the server side of one scenario: says what the recording says the server says, with tokens of its own, and complains if the
 * client does not say its part. With it the replay itself is tested.
 */
final class MirrorServer implements ServerUnderTest {
    private final Scenario scenario;
    private final Pace pace;
    private final ServerSocket listener;
    private final CountDownLatch signalled = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final StandIns standIns = new StandIns();
    private final Map<String, Peer> peers = new HashMap<>();
    private final Thread thread;
    private volatile Optional<String> complaint = Optional.empty();

    /** One accepted TCP connection. */
    private record Peer(Socket socket, InputStream in) {}

    private MirrorServer(Scenario scenario, Pace pace) throws IOException {
        this.scenario = scenario;
        this.pace = pace;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.thread = new Thread(this::play, "mirror-" + scenario.name());
    }

    static MirrorServer start(Scenario scenario, Pace pace) {
        try {
            MirrorServer mirror = new MirrorServer(scenario, pace);
            mirror.thread.setDaemon(true);
            mirror.thread.start();
            return mirror;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the client should have said and did not. */
    Optional<String> complaint() {
        return complaint;
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void signal(Step step) {
        signal();
    }

    private void signal() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        signalled.countDown();
    }

    @Override
    public void awaitExit() throws InterruptedException {
        thread.join(pace.patience().toMillis());
    }

    @Override
    public void close() {
        signal();
        closed.countDown();
        try {
            for (Peer peer : peers.values()) {
                peer.socket().close();
            }
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play() {
        long lastMs = 0;
        try {
            for (Step step : scenario.steps()) {
                if (step.fromClient()) {
                    listen(step);
                } else {
                    awaitTimer(step.atMs() - lastMs);
                    say(step);
                }
                lastMs = step.atMs();
            }
            closed.await();
        } catch (IOException e) {
            complaint = complaint.or(() -> Optional.of(scenario.name() + ": " + e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitTimer(long recordedMs) throws InterruptedException {
        boolean over = closed.await(recordedMs < 300 ? 0 : pace.nanos(recordedMs), TimeUnit.NANOSECONDS);
        if (over) {
            throw new InterruptedException("closed");
        }
    }

    private void listen(Step step) throws IOException, InterruptedException {
        switch (step.kind()) {
            case "http" -> accept(step);
            case "signal" -> signalled.await();
            case "tcp-end" -> check(step, new byte[0], peer(step).in().readAllBytes());
            case "raw" -> {
                byte[] expected = step.bytes(step.text());
                check(step, expected, peer(step).in().readNBytes(expected.length));
            }
            default -> {
                Optional<WireFrame> frame = WireFrame.read(peer(step).in());
                WireFrame expected = step.frame(standIns.substitute(step.text()));
                if (!frame.map(expected::same).orElse(false)) {
                    complain(step, expected.show(), frame.map(WireFrame::show).orElse("nothing"));
                }
            }
        }
    }

    private void accept(Step step) throws IOException {
        if (isRefused(step)) {
            return;
        }
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        Peer peer = new Peer(socket, new BufferedInputStream(socket.getInputStream()));
        peers.put(step.conn(), peer);
        byte[] expected = HttpMessage.request(step, standIns::substitute).encode();
        check(step, expected, peer.in().readNBytes(expected.length));
    }

    private boolean isRefused(Step request) {
        return scenario.steps().stream()
                .skip(request.number())
                .filter(step -> !step.fromClient() && step.conn().equals(request.conn()))
                .findFirst()
                .map(answer -> answer.isHttp() && answer.status() == 0)
                .orElse(false);
    }

    private void say(Step step) throws IOException {
        switch (step.kind()) {
            case "exit" -> {}
            case "tcp-end" -> peer(step).socket().close();
            case "http" -> {
                if (step.status() != 0) {
                    write(step, answer(step));
                }
            }
            default -> write(step, step.frame(withOwnTokens(step.text())).encode(step.masked()));
        }
    }

    private byte[] answer(Step step) {
        String body = withOwnTokens(step.data().path("body").asText());
        StringBuilder head = new StringBuilder("HTTP/1.1 " + step.status() + " X\r\n");
        for (var header : step.data().path("headers")) {
            String name = header.path(0).asText();
            if (!name.equals("content-length")) {
                head.append(name).append(": ").append(header.path(1).asText()).append("\r\n");
            }
        }
        if (step.status() != 101) {
            head.append("content-length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        return (head + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    /** The recorded text with every token in it changed, so that a client that sends a recorded one is found out. */
    private String withOwnTokens(String text) {
        List<String> tokens = StandIns.tokensIn(text);
        tokens.forEach(
                token -> standIns.learn(token, "SFMyNTY.mirror-" + Integer.toHexString(token.hashCode()) + ".x"));
        return standIns.substitute(text);
    }

    private void write(Step step, byte[] bytes) throws IOException {
        peer(step).socket().getOutputStream().write(bytes);
    }

    private Peer peer(Step step) throws IOException {
        Peer peer = peers.get(step.conn());
        if (peer == null) {
            throw new IOException("step " + step.number() + ": no connection " + step.conn());
        }
        return peer;
    }

    private void check(Step step, byte[] expected, byte[] got) {
        if (!Arrays.equals(expected, got)) {
            complain(step, new String(expected, StandardCharsets.UTF_8), new String(got, StandardCharsets.UTF_8));
        }
    }

    private void complain(Step step, String expected, String got) {
        String text = scenario.name() + " step " + step.number() + ": client should say " + expected + ", said " + got;
        complaint = complaint.or(() -> Optional.of(text));
    }
}
