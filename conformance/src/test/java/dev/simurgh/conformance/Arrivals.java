package dev.simurgh.conformance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What has arrived on the connections of one replay and was not yet asked for. Connections add from threads of their own. */
final class Arrivals {
    record Arrival(long atNanos, Received received) {}

    private final Map<Connection, Deque<Arrival>> waiting = new HashMap<>();

    synchronized void add(Connection connection, Received received) {
        waiting.computeIfAbsent(connection, any -> new ArrayDeque<>()).add(new Arrival(System.nanoTime(), received));
        notifyAll();
    }

    /** Waits for the next arrival on the connection; empty if there is none until the deadline. */
    synchronized Optional<Arrival> next(Connection connection, long deadlineNanos) throws InterruptedException {
        while (!arrived(connection)) {
            long millis = millisUntil(deadlineNanos);
            if (millis <= 0) {
                return Optional.empty();
            }
            wait(millis);
        }
        return Optional.of(queue(connection).remove());
    }

    /** Waits until the deadline whether anything arrives at all; the connection on which it did. */
    synchronized Optional<Connection> anyUntil(long deadlineNanos) throws InterruptedException {
        while (true) {
            Optional<Connection> some =
                    waiting.keySet().stream().filter(this::surprising).findFirst();
            long millis = millisUntil(deadlineNanos);
            if (some.isPresent() || millis <= 0) {
                return some;
            }
            wait(millis);
        }
    }

    synchronized Optional<Received> peek(Connection connection) {
        return Optional.ofNullable(queue(connection).peek()).map(Arrival::received);
    }

    private boolean arrived(Connection connection) {
        return !queue(connection).isEmpty();
    }

    /** After an answer to plain HTTP the server may keep the TCP stream or end it. */
    private boolean surprising(Connection connection) {
        Arrival first = queue(connection).peek();
        return first != null
                && !connection.closed()
                && (connection.upgraded() || !(first.received() instanceof Received.TcpEnd));
    }

    private Deque<Arrival> queue(Connection connection) {
        return waiting.computeIfAbsent(connection, any -> new ArrayDeque<>());
    }

    private static long millisUntil(long deadlineNanos) {
        long nanos = deadlineNanos - System.nanoTime();
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }
}
