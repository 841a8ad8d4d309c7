package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of one kept topic, which does what the recipe for pages does: it comes back with its position, and pushes each of its messages
 * under a key until that is acknowledged. It notes all that it gets, and what it should not have got. Its methods are for any thread.
 */
final class KeptClient {
    /** What has come: the payload's id, and where it stands. */
    record Note(String position, long offset, String id) {}

    /** What a reply is waited for. */
    private record Waiting(String what, long since) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RETURN_MILLIS = 30;
    private static final int AGAIN_MILLIS = 50;

    private final EventLoop loop;
    private final String name;
    private final String topic;
    private final List<Integer> ports;
    private final Map<String, String> unacknowledged = new LinkedHashMap<>();
    private final Map<String, Waiting> refs = new ConcurrentHashMap<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Queue<Note> notes = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger resumed = new AtomicInteger();
    private @Nullable ClientConnection connection;
    private volatile @Nullable String position;
    private @Nullable String sent;
    private long offset;
    private int window;
    private long pauseNanos;
    private int made;
    private int ref;
    private int place;
    private boolean stopped;
    private boolean mayMiss;
    private volatile @Nullable String start;
    private volatile boolean joined;
    private volatile int port;
    private volatile boolean idle = true;

    private KeptClient(EventLoop loop, String name, String topic, List<Integer> ports) {
        this.loop = loop;
        this.name = name;
        this.topic = topic;
        this.ports = ports;
    }

    /** Connects to the ports in turn, each time that it comes back, and joins. */
    static KeptClient start(EventLoop loop, String name, String topic, List<Integer> ports) {
        KeptClient client = new KeptClient(loop, name, topic, ports);
        loop.execute(client::connect);
        return client;
    }

    /** As {@link #start}, with a position that another client had. */
    static KeptClient startFrom(EventLoop loop, String name, String topic, List<Integer> ports, String since) {
        KeptClient client = new KeptClient(loop, name, topic, ports);
        client.position = since;
        client.offset = offsetOf(since);
        loop.execute(client::connect);
        return client;
    }

    /** Does not note it as a fault if the server says that something is missed. */
    KeptClient mayMiss() {
        loop.execute(() -> mayMiss = true);
        return this;
    }

    /** Publishes from now on: so many messages are unacknowledged at a time, and each next one comes after a pause. */
    KeptClient publish(int atATime, Duration pause) {
        loop.execute(() -> {
            pauseNanos = pause.toNanos();
            window = atATime;
            more();
        });
        return this;
    }

    /** Publishes no more; what is not acknowledged is still pushed until it is. */
    void stopPublishing() {
        loop.execute(() -> window = 0);
    }

    /** Pushes one message under a key of its own, whatever it has as {@code more} members. */
    void put(String id, String more) {
        loop.execute(() -> {
            unacknowledged.put(id, "{\"id\":\"" + id + "\",\"key\":\"" + id + "\"" + more + "}");
            idle = false;
            push(id);
        });
    }

    void stop() {
        loop.execute(() -> {
            stopped = true;
            hangUp();
        });
    }

    /** Cuts the connection; it comes back. */
    void cut() {
        loop.execute(this::hangUp);
    }

    String name() {
        return name;
    }

    boolean joined() {
        return joined;
    }

    /** Whether all that it has pushed is acknowledged. */
    boolean idle() {
        return idle;
    }

    /** The position that it was told first. */
    String startedAt() {
        String first = start;
        if (first == null) {
            throw new IllegalStateException(name + " has not joined yet");
        }
        return first;
    }

    /** Where its messages were stored, by their ids. */
    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    List<Note> notes() {
        return List.copyOf(notes);
    }

    /** How often it came back, and was told that it had missed nothing that it does not get now. */
    int resumed() {
        return resumed.get();
    }

    /** What should not have happened. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Joins and pushes that were refused: reasons. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    static long offsetOf(String position) {
        return Long.parseLong(position.substring(position.indexOf(':') + 1));
    }

    // On the event loop.

    private void connect() {
        if (!stopped) {
            port = ports.get(place++ % ports.size());
            connection = new ClientConnection(loop, port, new Frames());
        }
    }

    private void hangUp() {
        if (connection != null) {
            connection.hangUp();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is cancelled
    private void later(Runnable task, long nanos) {
        loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void join() {
        joined = false;
        sent = position;
        send("join", "phx_join", position == null ? "{}" : "{\"position\":\"" + position + "\"}");
    }

    private void more() {
        while (window > unacknowledged.size()) {
            String id = name + "-" + ++made;
            unacknowledged.put(id, "{\"id\":\"" + id + "\",\"key\":\"" + id + "\"}");
            idle = false;
            push(id);
        }
    }

    private void push(String id) {
        String payload = unacknowledged.get(id);
        if (joined && payload != null) {
            send(id, "put", payload);
        }
    }

    private void send(String what, String event, String payload) {
        ClientConnection current = connection;
        if (current != null) {
            refs.put(String.valueOf(++ref), new Waiting(what, System.nanoTime()));
            current.send("[\"1\",\"" + ref + "\",\"" + topic + "\",\"" + event + "\"," + payload + "]");
        }
    }

    private void received(JsonNode message) {
        switch (message.get(3).asText()) {
            case "phx_reply" -> replied(message);
            case "put" -> noted(message);
            case "phx_error" -> {
                joined = false;
                errors.add("phx_error");
                later(this::join, TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
            }
            default -> {}
        }
    }

    private void replied(JsonNode message) {
        Waiting waited = refs.remove(message.get(1).asText());
        JsonNode response = message.get(4).path("response");
        boolean ok = message.get(4).path("status").asText().equals("ok");
        if (waited == null) {
            faults.add("a reply to nothing: " + message);
            return;
        }
        String what = waited.what();
        if (!ok) {
            errors.add(response.path("reason").asText());
            later(what.equals("join") ? this::join : () -> push(what), TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
        } else if (what.equals("join")) {
            joined(response);
        } else {
            acknowledge(what, response.path("position").asText());
        }
    }

    private void joined(JsonNode response) {
        String now = response.path("position").asText();
        boolean complete = response.path("recovered").asBoolean();
        if (sent == null ? response.has("recovered") : !response.has("recovered")) {
            faults.add("joined with " + sent + ", answered " + response);
        } else if (sent != null && complete) {
            resumed.incrementAndGet();
            if (!now.equals(sent)) {
                faults.add("resumed at " + sent + ", answered " + response);
            }
        } else if (sent != null && !mayMiss) {
            faults.add("not recovered: from " + sent + ", answered " + response);
        }
        if (sent == null || !complete) {
            position = now;
            offset = offsetOf(now);
        }
        if (start == null) {
            start = now;
        }
        joined = true;
        List.copyOf(unacknowledged.keySet()).forEach(this::push);
        more();
    }

    private void acknowledge(String id, String at) {
        unacknowledged.remove(id);
        idle = unacknowledged.isEmpty();
        String before = acknowledged.put(id, at);
        if (before != null && !before.equals(at)) {
            faults.add(id + " stored at " + before + " and at " + at);
        }
        if (window > 0) {
            later(this::more, pauseNanos);
        }
    }

    private void noted(JsonNode message) {
        String at = message.get(1).asText();
        long here = offsetOf(at);
        String id = message.get(4).path("id").asText();
        if (here != offset + 1) {
            faults.add(id + " at " + at + ", behind offset " + offset);
        }
        position = at;
        offset = here;
        notes.add(new Note(at, here, id));
    }

    private void ended() {
        joined = false;
        connection = null;
        refs.clear();
        later(this::connect, TimeUnit.MILLISECONDS.toNanos(RETURN_MILLIS));
    }

    /** For any thread: where it stands, and what it waits for. */
    @Override
    public String toString() {
        long now = System.nanoTime();
        Map<String, Long> how = errors.stream().collect(Collectors.groupingBy(error -> error, Collectors.counting()));
        return name + (joined ? " joined" : " away") + " at port " + port + " at " + position + ", "
                + acknowledged.size() + " acknowledged, waits for "
                + refs.values().stream()
                        .sorted(Comparator.comparingLong(Waiting::since))
                        .map(each -> each.what() + " " + (now - each.since()) / 1_000_000 + " ms")
                        .toList()
                + ", errors " + how;
    }

    private final class Frames implements ClientConnection.Listener {
        @Override
        public void opened() {
            join();
        }

        @Override
        public void textReceived(String text) {
            try {
                received(JSON.readTree(text));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void ended(int code) {
            KeptClient.this.ended();
        }
    }
}
