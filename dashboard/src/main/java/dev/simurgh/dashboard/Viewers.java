package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who look at the dashboard at this node, and what they are shown. Once a second the nodes are asked what the viewers look at, once for all who look at the same; nobody
 * is asked anything while nobody looks. For any thread.
 */
final class Viewers {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Viewers.class);
    private static final Duration LEAST_BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int MAX_VIEW_BYTES = 1 << 20;

    private final Endpoint endpoint;
    private final Executor thread;
    private final Nodes nodes;
    private final NodeTaps taps;
    private final Absent absent;
    private final int most;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final Set<Sight> underway = new HashSet<>();
    private final Set<String> tapsUnderway = new HashSet<>();
    private @Nullable Runnable cancelTick; // while somebody looks, and until a second after

    /** What several viewers may look at. */
    private record Sight(String node, Query query) {
        static Sight of(Look look) {
            return new Sight(look.node(), look.query());
        }
    }

    /** @param thread does what there is to do for those who look */
    Viewers(Endpoint endpoint, Executor thread, Nodes nodes, NodeTaps taps, int most) {
        this.endpoint = endpoint;
        this.thread = thread;
        this.nodes = nodes;
        this.taps = taps;
        this.most = most;
        this.absent = new Absent(endpoint);
        endpoint.node().addListener(absent);
    }

    int most() {
        return most;
    }

    /** Lets a viewer in, if there is a place. */
    synchronized boolean add(Watcher watcher) {
        if (watchers.size() >= most) {
            return false;
        }
        watchers.add(watcher);
        if (cancelTick == null) {
            cancelTick = endpoint.timers().schedule(INTERVAL, this::tick);
        }
        return true;
    }

    void remove(Watcher watcher) {
        tap(watcher, Optional.empty());
        synchronized (this) {
            watchers.remove(watcher);
        }
    }

    /** Shows nothing any more. */
    synchronized void stop() {
        endpoint.node().removeListener(absent);
        watchers.clear();
        if (cancelTick != null) {
            cancelTick.run();
        }
    }

    synchronized int size() {
        return watchers.size();
    }

    // Looking.

    /** A viewer looks at something else: it is shown that at once, unless it does so all the time. */
    void look(Watcher watcher, Look look) {
        boolean now;
        synchronized (this) {
            Look before = watcher.look;
            watcher.wantsHistory |= look.isOverview()
                    && (before == null || !before.isOverview() || !before.node().equals(look.node()));
            watcher.look = look;
            watcher.shown = null;
            now = !watcher.waits && hasTurn(watcher);
        }
        if (now) {
            later(() -> showNow(watcher, look));
        }
    }

    /** What it looks at, and before that the history, if it comes to the overview. */
    private void showNow(Watcher watcher, Look look) {
        boolean history;
        synchronized (this) {
            history = look.isOverview() && watcher.wantsHistory;
            watcher.wantsHistory = watcher.wantsHistory && !history;
        }
        show(Sight.of(look));
        if (history) {
            showHistory(watcher, look);
        }
    }

    /** Whether its turn is now. If not, it comes later. */
    private boolean hasTurn(Watcher watcher) {
        long now = endpoint.timers().nanoTime();
        long wait = LEAST_BETWEEN_LOOKS.toNanos() - (now - watcher.lookedAt);
        if (wait <= 0 || watcher.lookedAt == 0) {
            watcher.lookedAt = now;
            return true;
        }
        watcher.waits = true;
        endpoint.timers().schedule(Duration.ofNanos(wait), () -> later(() -> lookNow(watcher)));
        return false;
    }

    private void lookNow(Watcher watcher) {
        Look look;
        synchronized (this) {
            watcher.waits = false;
            watcher.lookedAt = endpoint.timers().nanoTime();
            look = watchers.contains(watcher) ? watcher.look : null;
        }
        if (look != null) {
            showNow(watcher, look);
        }
    }

    private void tick() {
        if (!later(this::showAll)) {
            rest();
        }
    }

    private boolean later(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            log.debug("the dashboard leaves out a view: too much is asked", e);
            return false;
        }
    }

    private void showAll() {
        Set<Sight> sights = new LinkedHashSet<>();
        Set<String> topics = new LinkedHashSet<>();
        synchronized (this) {
            for (Watcher watcher : watchers) {
                if (watcher.look != null) {
                    sights.add(Sight.of(watcher.look));
                }
                if (watcher.tapped != null) {
                    topics.add(watcher.tapped);
                }
            }
        }
        try {
            sights.forEach(this::show);
            topics.forEach(this::showFrames);
        } finally {
            rest(); // whatever came of this second, there is a next one
        }
    }

    /** Until the next second, if somebody looks still. */
    private synchronized void rest() {
        cancelTick = watchers.isEmpty() ? null : endpoint.timers().schedule(INTERVAL, this::tick);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    private void show(Sight sight) {
        synchronized (this) {
            if (!underway.add(sight)) {
                return; // its answer is for all who look at it when it comes
            }
        }
        long begun = endpoint.timers().nanoTime();
        int asked = sight.node.isEmpty() ? nodes.names().size() : 1;
        try {
            nodes.ask(sight.node, NodeAnswers.view(Merged.asked(sight.query, asked)))
                    .thenAccept(answers -> {
                        if (!later(() -> guarded(sight, () -> shown(sight, asked, begun, answers)))) {
                            over(sight);
                        }
                    });
        } catch (Throwable thrown) { // a codec's, which is the user's
            log.error("the dashboard cannot ask for {}", sight, thrown);
            over(sight);
        }
    }

    private void guarded(Sight sight, Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) { // an Error, too: the next view is of something else
            log.error("the dashboard cannot show {}", sight, thrown);
        } finally {
            over(sight);
        }
    }

    private synchronized void over(Sight sight) {
        underway.remove(sight);
    }

    private void shown(Sight sight, int asked, long begun, Gathering.Answers answers) {
        Map<String, Object> merged = Merged.of(sight.query, asked, nodes.self(), answers.byNode());
        if (sight.query.page().equals(Look.OVERVIEW)) {
            merged = absent.told(merged, answers.silent());
        }
        byte[] data = endpoint.codec().encode(merged);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("page", sight.query.page());
        view.put("at", System.currentTimeMillis());
        view.put("took_ms", (endpoint.timers().nanoTime() - begun) / 1_000_000);
        view.put("silent", answers.silent());
        view.put("nodes", nodes.names());
        if (data.length > MAX_VIEW_BYTES) {
            view.put("error", "view: " + data.length + " bytes (expected: at most " + MAX_VIEW_BYTES + ")");
            data = endpoint.codec().encode(Map.of());
        }
        byte[] told = concat(data, endpoint.codec().encode(List.of(answers.silent(), nodes.names())));
        for (Map.Entry<Watcher, Long> each : toShow(sight, told).entrySet()) {
            if (each.getValue() == 0) {
                view.remove("seq");
            } else {
                view.put("seq", each.getValue());
            }
            byte[] head = endpoint.codec().encode(view);
            push(each.getKey(), "view", withMember(head, "data", data));
        }
    }

    /** Those who look at it and have not been shown the same, with the number of their look: a moment later they may look elsewhere. */
    private synchronized Map<Watcher, Long> toShow(Sight sight, byte[] told) {
        Map<Watcher, Long> all = new LinkedHashMap<>();
        for (Watcher watcher : watchers) {
            if (watcher.look != null && Sight.of(watcher.look).equals(sight) && !Arrays.equals(watcher.shown, told)) {
                watcher.shown = told;
                all.put(watcher, watcher.look.number());
            }
        }
        return all;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    private void showHistory(Watcher watcher, Look look) {
        nodes.ask(look.node(), NodeAnswers.history())
                .thenAccept(answers ->
                        later(() -> push(watcher, "history", new LinkedHashMap<String, Object>(answers.byNode()))));
    }

    // Tapping.

    /** A viewer looks at the frames of another topic, or of none. */
    void tap(Watcher watcher, Optional<String> topic) {
        String before;
        boolean still;
        synchronized (this) {
            before = watcher.tapped;
            watcher.tapped = topic.orElse(null);
            still = watchers.stream().anyMatch(other -> Objects.equals(other.tapped, before));
        }
        if (before != null && !still) {
            taps.end(nodes.self(), before);
        }
        topic.ifPresent(begun -> later(() -> showFrames(begun))); // which begins the tap at each node
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it does not fail
    private void showFrames(String topic) {
        synchronized (this) {
            if (!tapsUnderway.add(topic)) {
                return;
            }
        }
        try {
            nodes.ask("", NodeAnswers.frames(nodes.self(), topic)).thenAccept(answers -> {
                framesOver(topic);
                later(() -> framesShown(topic, answers));
            });
        } catch (Throwable thrown) { // a codec's, which is the user's
            log.error("the dashboard cannot tap {}", ClientLog.shown(topic), thrown);
            framesOver(topic);
        }
    }

    private synchronized void framesOver(String topic) {
        tapsUnderway.remove(topic);
    }

    private void framesShown(String topic, Gathering.Answers answers) {
        List<Map<String, Object>> frames = new ArrayList<>();
        long missed = 0;
        for (Map<String, Object> answer : answers.byNode().values()) {
            frames.addAll(Rows.of(answer, "frames"));
            missed += Rows.number(answer.get("missed")).longValue();
        }
        frames.sort(Rows.by("at", false));
        List<Watcher> tapping;
        synchronized (this) {
            tapping = watchers.stream()
                    .filter(watcher -> topic.equals(watcher.tapped))
                    .toList();
        }
        if (tapping.isEmpty()) {
            taps.end(nodes.self(), topic); // it may have begun since
        } else if (!frames.isEmpty() || missed > 0) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("topic", topic);
            shown.put("frames", frames.subList(Math.max(0, frames.size() - Tap.MAX_FRAMES), frames.size()));
            shown.put("missed", missed + Math.max(0, frames.size() - Tap.MAX_FRAMES));
            tapping.forEach(watcher -> push(watcher, "frames", shown));
        }
    }

    // Pushing.

    private void push(Watcher watcher, String event, Map<String, Object> payload) {
        push(watcher, event, endpoint.codec().encode(payload));
    }

    private static void push(Watcher watcher, String event, byte[] json) {
        try {
            watcher.socket.push(event, Payload.json(json, 0, json.length));
        } catch (RuntimeException e) {
            log.debug("a viewer of the dashboard was not shown {}", event, e);
        }
    }

    /** An object that is not empty, with a member behind its own that is encoded already. */
    private static byte[] withMember(byte[] object, String name, byte[] value) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(object.length + value.length + name.length() + 5);
        whole.write(object, 0, object.length - 1);
        whole.writeBytes((",\"" + name + "\":").getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(value);
        whole.write('}');
        return whole.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
