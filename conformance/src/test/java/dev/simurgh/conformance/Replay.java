package dev.simurgh.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays the client side of a scenario against a server, and holds what the server sends against the rest of it.
 *
 * <p>The steps are taken in their recorded order, so before a client step all that was recorded before it has arrived, on all
 * connections. The client does not wait as the recording client did (some 120 ms after each frame), except where a pause matters:
 * see {@link Pace#keptMs}. Where it waited and nothing came, nothing may come during a short quiet time. On one connection the order is
 * that of the recording, and what arrives unasked is found when it stands in the place of what is expected next, or at the end.
 */
final class Replay {
    /** When a step happened here, and in the recording. Any of them may have started a timer. */
    private record Taken(long atNanos, long recordedMs) {
        /** Whether something came much sooner after this step than the recording has it. */
        boolean isSoonAfter(Step step, long stepNanos, Pace pace) {
            return pace.tooEarly(stepNanos - atNanos, step.atMs() - recordedMs);
        }
    }

    private final Scenario scenario;
    private final ServerUnderTest server;
    private final Pace pace;
    private final Connection.Opener opener;
    private final StandIns standIns = new StandIns();
    private final Arrivals arrivals = new Arrivals();
    private final List<Taken> taken = new ArrayList<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private final Map<String, Expectation> expectations = new HashMap<>();

    private long lastNanos = System.nanoTime();
    private Step last;

    private Replay(Scenario scenario, ServerUnderTest server, Pace pace, Connection.Opener opener) {
        this.scenario = scenario;
        this.server = server;
        this.pace = pace;
        this.opener = opener;
        this.last = scenario.steps().get(0);
    }

    /** Replays a scenario; throws a {@link ReplayFailure} if the server does anything else. */
    static void run(Scenario scenario, ServerUnderTest server, Pace pace) throws InterruptedException {
        run(scenario, server, pace, TcpConnection::request);
    }

    /** Replays a scenario over connections that the opener makes. */
    static void run(Scenario scenario, ServerUnderTest server, Pace pace, Connection.Opener opener)
            throws InterruptedException {
        Replay replay = new Replay(scenario, server, pace, opener);
        try {
            for (Step step : scenario.steps()) {
                replay.take(step);
            }
            replay.expectQuietUntil(System.nanoTime() + pace.quiet().toNanos(), replay.last);
        } finally {
            replay.connections.values().forEach(Connection::close);
        }
    }

    private void take(Step step) throws InterruptedException {
        long gapMs = step.atMs() - last.atMs();
        if (step.fromClient()) {
            pause(step, gapMs);
            lastNanos = System.nanoTime();
            perform(step);
        } else if (step.kind().equals("exit")) {
            server.awaitExit();
            lastNanos = System.nanoTime();
        } else {
            expect(step, gapMs);
        }
        taken.add(new Taken(lastNanos, step.atMs()));
        last = step;
    }

    private void pause(Step step, long gapMs) throws InterruptedException {
        long keptMs = pace.keptMs(gapMs, step);
        if (keptMs > 0) {
            expectQuietUntil(lastNanos + pace.nanos(keptMs), step);
        } else if (pace.looked(gapMs)) {
            boolean unanswered = last.fromClient() || last.isDriver();
            long quiet = unanswered ? pace.quiet().toNanos() : 0;
            expectQuietUntil(System.nanoTime() + quiet, step);
        }
    }

    private void perform(Step step) {
        switch (step.kind()) {
            case "http" -> request(step);
            case "signal" -> server.signal(step);
            case "tcp-end" -> connection(step).close();
            case "raw" -> connection(step).send(step.bytes(step.text()), step.show());
            default -> connection(step).send(step.frame(standIns.substitute(step.text())), step.masked());
        }
    }

    /** Every request goes over a TCP connection of its own, which takes over the name. */
    private void request(Step step) {
        HttpMessage request = HttpMessage.request(step, standIns::substitute);
        Connection before = connections.put(step.conn(), opener.request(request, server.port(step), arrivals));
        expectations.put(step.conn(), new Expectation(new Likeness(standIns)));
        if (before != null) {
            before.close();
        }
    }

    private void expect(Step step, long gapMs) throws InterruptedException {
        Optional<Arrivals.Arrival> next = next(step, gapMs);
        if (next.isEmpty()) {
            long waited = (System.nanoTime() - lastNanos) / 1_000_000;
            throw failure(step, step.show(), "nothing for " + waited + " ms", "");
        }
        Received received = next.get().received();
        Optional<String> difference = expectation(step).difference(step, received);
        if (difference.isPresent()) {
            throw failure(step, step.show(), received.show(), difference.get());
        }
        long atNanos = next.get().atNanos();
        if (gapMs >= Pace.TIMER_MS && taken.stream().allMatch(earlier -> earlier.isSoonAfter(step, atNanos, pace))) {
            long tookMs = (atNanos - lastNanos) / 1_000_000;
            String early = "after " + tookMs + " ms, recorded after " + gapMs + " ms";
            throw failure(step, step.show(), received.show(), early);
        }
        lastNanos = Math.max(lastNanos, atNanos);
    }

    /** What arrives next; where it is less than a poll has brought in the recording, with what further polls bring. */
    private Optional<Arrivals.Arrival> next(Step step, long gapMs) throws InterruptedException {
        long deadlineNanos = lastNanos + pace.latestNanos(gapMs);
        Optional<Arrivals.Arrival> next = arrivals.next(connection(step), deadlineNanos);
        Polled polled = new Polled(step);
        while (next.isPresent() && next.get().received() instanceof Received.Answer answer) {
            if (!polled.needsMoreThan(answer.http())) {
                Received whole = new Received.Answer(polled.whole(answer.http()));
                return Optional.of(new Arrivals.Arrival(next.get().atNanos(), whole));
            }
            request(scenario.requestBefore(step));
            next = arrivals.next(connection(step), deadlineNanos);
        }
        return next;
    }

    private void expectQuietUntil(long deadlineNanos, Step step) throws InterruptedException {
        Optional<Connection> disturbed = arrivals.anyUntil(deadlineNanos);
        if (disturbed.isPresent()) {
            Connection connection = disturbed.get();
            String got = arrivals.peek(connection).map(Received::show).orElse("");
            String name = connections.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(connection))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("");
            String when = step.number() == last.number() ? "nothing after it" : "nothing before it";
            String expected = when + (name.isEmpty() ? "" : " on " + name);
            throw ReplayFailure.at(scenario, step, expected, got, "", connection.last());
        }
    }

    private Connection connection(Step step) {
        Connection connection = connections.get(step.conn());
        if (connection == null) {
            throw new IllegalStateException(
                    scenario.name() + " step " + step.number() + ": connection " + step.conn() + " was never opened");
        }
        return connection;
    }

    private Expectation expectation(Step step) {
        return expectations.computeIfAbsent(step.conn(), any -> new Expectation(new Likeness(standIns)));
    }

    private ReplayFailure failure(Step step, String expected, String got, String difference) {
        List<String> lastFrames = connection(step).last();
        return ReplayFailure.at(scenario, step, expected, got, difference, lastFrames);
    }
}
