package dev.simurgh.jakarta;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A container that does nothing until a test says so. */
final class FakeWire implements Wire {
    /** What was sent, and not yet told of. */
    final Queue<Sent> flying = new ArrayDeque<>();

    final List<String> sent = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    boolean takesAtOnce;
    boolean reading = true;
    /** Pings wait, for a thread or for the client. */
    boolean holdsPings;

    int pings;
    final Queue<Sent> flyingPings = new ArrayDeque<>();
    boolean ended;

    @Override
    public String peer() {
        return "/10.0.0.7:4711";
    }

    @Override
    public void send(Message message, Sent told) {
        sent.add(message.isBinary() ? "binary " + message.length() : message.text());
        if (takesAtOnce) {
            told.sent();
        } else {
            flying.add(told);
        }
    }

    /** The client takes what was sent last. */
    void take() {
        flying.remove().sent();
    }

    @Override
    public void ping(byte[] content, Sent told) {
        pings++;
        if (holdsPings) {
            flyingPings.add(told);
        } else {
            told.sent();
        }
    }

    @Override
    public void close(int code, String reason) {
        ends.add(code + " " + reason);
    }

    @Override
    public void abort() {
        ends.add("cut");
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public boolean stopReading() {
        reading = false;
        return true;
    }

    @Override
    public void readOn() {
        reading = true;
    }
}
