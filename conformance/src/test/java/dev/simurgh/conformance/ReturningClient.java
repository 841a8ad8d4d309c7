package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that comes back as phoenix.js does: with its back-off, without jitter, joining its topics again at once. Its methods
 * are for any thread; what they start runs on the client's event loop, in order.
 */
final class ReturningClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REMEMBERED = 500;
    private static final List<Integer> RECONNECT_MILLIS = List.of(10, 50, 100, 150, 200, 250, 500, 1000, 2000);
    private static final int RECONNECT_LAST_MILLIS = 5000;
    private static final int REJOIN_MILLIS = 1000;

    private final EventLoop loop;
    private final int port;
    private final Consumer<JsonNode> listener;
    private final Queue<JsonNode> received = new ArrayBlockingQueue<>(REMEMBERED);
    private final Queue<Integer> ends = new ConcurrentLinkedQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    /** Whether each topic is joined. */
    private final Map<String, Boolean> topics = new HashMap<>();

    private final Map<String, String> joinRefs = new HashMap<>();
    private @Nullable ClientConnection connection;
    private @Nullable Duration heartbeat;
    private boolean heartbeatPending;
    private boolean returns;
    private boolean stopped;
    private boolean open;
    private int tries;
    private int ref;
    private volatile boolean joined;

    private ReturningClient(
            EventLoopGroup group, int port, boolean returns, Consumer<JsonNode> listener, String... topics) {
        this.loop = group.next();
        this.port = port;
        this.listener = listener;
        this.returns = returns;
        for (String topic : topics) {
            this.topics.put(topic, false);
        }
    }

    /** Connects and joins, until it is stopped. */
    static ReturningClient start(EventLoopGroup group, int port, String... topics) {
        return start(group, port, message -> {}, topics);
    }

    /** As {@link #start}, and tells the listener of each message, on the client's event loop. */
    static ReturningClient start(EventLoopGroup group, int port, Consumer<JsonNode> listener, String... topics) {
        ReturningClient client = new ReturningClient(group, port, true, listener, topics);
        client.loop.execute(client::connect);
        return client;
    }

    /** As {@link #start}, but it does not come back. */
    static ReturningClient startOnce(EventLoopGroup group, int port, String... topics) {
        ReturningClient client = new ReturningClient(group, port, false, message -> {}, topics);
        client.loop.execute(client::connect);
        return client;
    }

    /** Sends heartbeats, and gives a connection up that does not answer one by the next. To be called once. */
    ReturningClient heartbeat(Duration interval) {
        loop.execute(() -> {
            heartbeat = interval;
            if (open) {
                beatLater();
            }
        });
        return this;
    }

    /** Whether it is connected, and has joined all of its topics. */
    boolean joined() {
        return joined;
    }

    /** How often it got a connection. */
    int opened() {
        return opened.get();
    }

    /** How its connections and attempts ended so far: close codes, or {@link ClientConnection#LOST}. */
    List<Integer> ends() {
        return List.copyOf(ends);
    }

    /** Whether a message of this event, whose payload contains this text, is among the last that have come. */
    boolean got(String event, String text) {
        return received.stream().anyMatch(message -> is(message, event, text));
    }

    private static boolean is(JsonNode message, String event, String text) {
        return message.get(3).asText().equals(event)
                && message.get(4).toString().contains(text);
    }

    void join(String topic) {
        loop.execute(() -> {
            topics.put(topic, false);
            joined = false;
            if (open) {
                sendJoin(topic);
            }
        });
    }

    void leave(String topic) {
        loop.execute(() -> {
            topics.remove(topic);
            if (open) {
                send(topic, "phx_leave", "{}");
            }
            look();
        });
    }

    /** Sends an event if it is connected, else nothing. */
    void push(String topic, String event, String payload) {
        loop.execute(() -> {
            if (open) {
                send(topic, event, payload);
            }
        });
    }

    void stopReading() {
        onConnection(current -> current.read(false));
    }

    /** Closes with 1000 and waits for the server to end the connection; does not come back. */
    void close() {
        loop.execute(this::stayAway);
        onConnection(current -> current.close(1000));
    }

    /** Hangs up without a word, and does not come back. */
    void stop() {
        loop.execute(this::stayAway);
        onConnection(ClientConnection::hangUp);
    }

    private void stayAway() {
        returns = false;
        stopped = true;
    }

    private void onConnection(Consumer<ClientConnection> action) {
        loop.execute(() -> {
            ClientConnection current = connection;
            if (current != null) {
                action.accept(current);
            }
        });
    }

    // On the event loop.

    private void connect() {
        if (!stopped) {
            connection = new ClientConnection(loop, port, new Frames());
        }
    }

    private void ended(int code) {
        open = false;
        joined = false;
        connection = null;
        topics.replaceAll((topic, in) -> false);
        ends.add(code);
        if (returns) {
            later(tries < RECONNECT_MILLIS.size() ? RECONNECT_MILLIS.get(tries) : RECONNECT_LAST_MILLIS, this::connect);
            tries++;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is cancelled
    private void later(long millis, Runnable task) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    private void begun() {
        open = true;
        opened.incrementAndGet();
        tries = 0;
        heartbeatPending = false;
        List.copyOf(topics.keySet()).forEach(this::sendJoin);
        beatLater();
        look();
    }

    private void beatLater() {
        Duration interval = heartbeat;
        int beating = opened.get();
        if (interval != null) {
            later(interval.toMillis(), () -> beat(beating));
        }
    }

    private void beat(int beating) {
        if (!open || beating != opened.get()) {
            return;
        }
        if (heartbeatPending) {
            onConnection(ClientConnection::hangUp);
            return;
        }
        heartbeatPending = true;
        send("phoenix", "heartbeat", "{}");
        beatLater();
    }

    private void sendJoin(String topic) {
        String joinRef = String.valueOf(++ref);
        joinRefs.put(topic, joinRef);
        write("[\"" + joinRef + "\",\"" + joinRef + "\",\"" + topic + "\",\"phx_join\",{}]");
    }

    private void send(String topic, String event, String payload) {
        String joinRef = topic.equals("phoenix") ? "null" : "\"" + joinRefs.getOrDefault(topic, "0") + "\"";
        write("[" + joinRef + ",\"" + ++ref + "\",\"" + topic + "\",\"" + event + "\"," + payload + "]");
    }

    private void write(String text) {
        ClientConnection current = connection;
        if (current != null) {
            current.send(text);
        }
    }

    private void received(JsonNode message) {
        String topic = message.get(2).asText();
        String event = message.get(3).asText();
        if (topic.equals("phoenix")) {
            heartbeatPending = false;
        }
        boolean ofThisJoin =
                topics.containsKey(topic) && message.get(0).asText().equals(joinRefs.get(topic));
        if (ofThisJoin && event.equals("phx_reply") && message.get(1).equals(message.get(0))) {
            topics.put(topic, message.get(4).get("status").asText().equals("ok"));
        } else if (ofThisJoin && event.equals("phx_error")) {
            topics.put(topic, false);
            later(REJOIN_MILLIS, () -> joinAgain(topic));
        }
        look();
        listener.accept(message);
        while (!received.offer(message)) {
            received.poll();
        }
    }

    private void joinAgain(String topic) {
        if (open && Boolean.FALSE.equals(topics.get(topic))) {
            sendJoin(topic);
        }
    }

    private void look() {
        joined = open && !topics.containsValue(false);
    }

    private final class Frames implements ClientConnection.Listener {
        @Override
        public void opened() {
            begun();
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
            ReturningClient.this.ended(code);
        }
    }
}
