package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.phoenixframework.Channel;
import org.phoenixframework.Defaults;
import org.phoenixframework.Message;
import org.phoenixframework.Presence;
import org.phoenixframework.Push;
import org.phoenixframework.Socket;

/** The library of that name, in this process. */
final class JavaPhoenixClient implements ClientUnderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long JOIN_TIMEOUT = 10_000;

    private final Sightings sightings = new Sightings();
    private final OkHttpClient http = new OkHttpClient();
    private final Map<String, Socket> peers = new ConcurrentHashMap<>();
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();

    /** Held by who pushes, until the reply is listened to: the library reads on a thread of its own, and a reply that nobody listens to yet is told behind what comes next. */
    private final Object listening = new Object();

    @Override
    public void connect(String peer, String url, Map<String, String> params) {
        Defaults defaults = Defaults.INSTANCE;
        Socket socket = new Socket(
                url,
                params,
                Defaults.VSN,
                defaults.getEncode(),
                frame -> {
                    synchronized (listening) {
                        return defaults.getDecode().invoke(frame);
                    }
                },
                http);
        socket.onOpen(() -> see(peer, "open"));
        socket.onClose(() -> see(peer, "closed"));
        socket.onError((failure, response) -> see(peer, "error"));
        peers.put(peer, socket);
        socket.connect();
    }

    @Override
    public void join(String peer, String channel, Join join) {
        AtomicInteger count = new AtomicInteger();
        Map<String, Object> params = new HashMap<>(join.params());
        Channel made = socket(peer)
                .channel(join.topic(), () -> join.counted() ? Map.of("count", count.incrementAndGet()) : params);
        channels.put(channel, made);
        made.onError(message -> see(channel, "error"));
        made.onClose(message -> see(channel, "closed"));
        if (join.presences()) {
            watch(channel, made);
        }
        join.events().forEach(event -> made.on(event, seeing(channel, "event " + event)));
        answers(() -> made.join(JOIN_TIMEOUT), channel, "join");
    }

    private void watch(String channel, Channel made) {
        Presence presence = new Presence(made, Presence.Options.Companion.getDefaults());
        List<Object> joins = new ArrayList<>();
        List<Object> leaves = new ArrayList<>();
        presence.onJoin((key, current, joined) -> noted(joins, key, joined));
        presence.onLeave((key, current, left) -> noted(leaves, key, left));
        presence.onSync(() -> {
            List<Object> list = new ArrayList<>();
            presence.getState().forEach((key, there) -> noted(list, key, there));
            sightings.add(new Sighting(
                    channel, "presences", JSON.valueToTree(Map.of("list", list, "joins", joins, "leaves", leaves))));
            joins.clear();
            leaves.clear();
            return Unit.INSTANCE;
        });
    }

    private static Unit noted(List<Object> to, String key, Map<String, List<Map<String, Object>>> presence) {
        to.add(List.of(key, List.copyOf(presence.getOrDefault("metas", List.of()))));
        return Unit.INSTANCE;
    }

    @Override
    public void push(String channel, String event, JsonNode payload, Duration timeout) {
        Map<String, Object> fields = JSON.convertValue(payload, new TypeReference<>() {});
        answers(() -> channel(channel).push(event, fields, timeout.toMillis()), channel, "reply");
    }

    @Override
    public void leave(String channel) {
        synchronized (listening) {
            channel(channel).leave(JOIN_TIMEOUT).receive("ok", message -> see(channel, "left"));
        }
    }

    @Override
    public void disconnect(String peer) {
        socket(peer).disconnect(1000, null, () -> Unit.INSTANCE);
        peers.remove(peer);
    }

    @Override
    public Sightings sightings() {
        return sightings;
    }

    @Override
    public String diagnosis() {
        return "";
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private void answers(Supplier<Push> pushing, String channel, String what) {
        synchronized (listening) {
            Push push = pushing.get();
            for (String status : List.of("ok", "error", "timeout")) {
                push.receive(status, seeing(channel, what + " " + status));
            }
        }
    }

    private Unit see(String from, String what) {
        sightings.add(from, what);
        return Unit.INSTANCE;
    }

    private Function1<Message, Unit> seeing(String from, String what) {
        return message -> {
            sightings.add(new Sighting(from, what, payload(message)));
            return Unit.INSTANCE;
        };
    }

    private static JsonNode payload(Message message) {
        try {
            return JSON.readTree(message.getPayloadJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Socket socket(String peer) {
        return known(peers.get(peer), peer);
    }

    private Channel channel(String name) {
        return known(channels.get(name), name);
    }

    private static <T> T known(@Nullable T found, String name) {
        if (found == null) {
            throw new IllegalArgumentException(name);
        }
        return found;
    }
}
