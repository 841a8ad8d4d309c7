package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.spi.ConnectionView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on at this node. It counts what its endpoint tells, and looks at the rest when it is asked; all on a thread of its own, so that neither event loops nor
 * the scheduler work for whoever looks.
 *
 * <p>What that costs does not depend on how many look: an answer is not made anew within a second, lists come from one walk for all queries ({@link Asked}), and walks
 * take a hundredth of the time at most ({@link Budget}). Without viewers a history is kept, of a point each {@value HistoryRing#STEP_SECONDS} s.
 */
final class NodeView {
    private static final Logger log = LoggerFactory.getLogger(NodeView.class);
    private static final Duration STEP = Duration.ofSeconds(HistoryRing.STEP_SECONDS);

    private final Executor thread;
    private final Runnable endThread;
    private final LongSupplier epochMillis;
    private final Heard heard;
    private volatile @Nullable Watch watch;

    /** What there is of it once its endpoint is there. */
    private record Watch(
            Endpoint endpoint,
            String node,
            Clients clients,
            Topics topics,
            Pulse pulse,
            Pages pages,
            OneClient oneClient) {}

    private Runnable nextStep = () -> {};
    private long topicsAskedAt;
    private boolean stopped;

    NodeView() {
        OwnThread own = new OwnThread("simurgh-dashboard");
        this.thread = own;
        this.endThread = own::close;
        this.epochMillis = System::currentTimeMillis;
        this.heard = new Heard(new CrashLog(this::nanoTime, epochMillis));
    }

    /** With another thread and another time of day, which are the caller's. */
    NodeView(Executor thread, LongSupplier epochMillis) {
        this.thread = thread;
        this.endThread = () -> {};
        this.epochMillis = epochMillis;
        this.heard = new Heard(new CrashLog(this::nanoTime, epochMillis));
    }

    private long nanoTime() {
        Watch now = watch;
        return now == null ? 0 : now.endpoint.timers().nanoTime();
    }

    /** Hears what happens at the endpoint. */
    EndpointListener listener() {
        return heard;
    }

    /**
     * Begins, once the endpoint is there.
     *
     * @param taps how many of a topic's subscribers are the dashboard's own
     */
    synchronized void start(Endpoint endpoint, ToIntFunction<String> taps) {
        LongSupplier clock = endpoint.timers()::nanoTime;
        String node = endpoint.node().self();
        heard.know(endpoint.backstage().mounts());
        Clients clients = new Clients(endpoint.backstage(), node, clock);
        Topics topics = new Topics(endpoint, node, clock, heard.busy, taps);
        Pulse pulse = new Pulse(endpoint, heard, clients, clock);
        Pages pages = new Pages(endpoint, node, heard, clients, pulse);
        watch = new Watch(endpoint, node, clients, topics, pulse, pages, new OneClient(endpoint.timers(), clients));
        nextStep = endpoint.timers().schedule(STEP, this::stepDue);
    }

    /** Ends; what is asked from now on has no answer but an error. */
    synchronized void stop() {
        stopped = true;
        nextStep.run();
        watch = null;
        endThread.run();
    }

    private synchronized void stepDue() {
        Watch now = watch;
        if (now == null || stopped) {
            return;
        }
        nextStep = now.endpoint.timers().schedule(STEP, this::stepDue);
        try {
            thread.execute(() -> guardedStep(now));
        } catch (RejectedExecutionException e) {
            log.debug("no point in the history: too much is asked", e);
        }
    }

    private void guardedStep(Watch now) {
        try {
            if (now.endpoint.timers().nanoTime() - topicsAskedAt >= STEP.toNanos()) {
                heard.busy.watch(false);
            }
            now.pulse.step();
        } catch (Throwable thrown) { // an Error, too, must not end the history
            log.error("a point of the dashboard's history could not be made", thrown);
        }
    }

    // What is asked.

    /** What a viewer looks at, of this node. Never blocks; completes on the dashboard's thread, or on an event loop. */
    CompletableFuture<Map<String, Object>> answer(Query query) {
        return later(now -> page(now, query));
    }

    /** The last quarter of an hour: {@code step_s}, {@code end} and {@code series}. */
    CompletableFuture<Map<String, Object>> history() {
        return later(now -> {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("step_s", (long) HistoryRing.STEP_SECONDS);
            data.put("end", epochMillis.getAsLong());
            data.put("series", now.pulse.ring.series());
            return CompletableFuture.completedFuture(data);
        });
    }

    /** Closes a connection of this node; completes with whether it was there. */
    CompletableFuture<Boolean> cut(String id) {
        return later(now -> {
            Optional<ConnectionView> found = now.clients.find(id).filter(each -> !each.isClosed());
            found.ifPresent(ConnectionView::disconnect);
            return CompletableFuture.completedFuture(found.isPresent());
        });
    }

    private interface Work<T> {
        CompletableFuture<T> on(Watch watch);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is handed on
    private <T> CompletableFuture<T> later(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Watch now = watch;
        if (now == null) {
            answer.completeExceptionally(new IllegalStateException("the node's endpoint has ended"));
            return answer;
        }
        try {
            thread.execute(() -> {
                try {
                    work.on(now).whenComplete((done, failure) -> complete(answer, done, failure));
                } catch (Throwable thrown) { // an Error, too: somebody waits for an answer
                    log.error("a page of the dashboard could not be made", thrown);
                    answer.completeExceptionally(thrown);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(e); // too many ask, or it has ended
        }
        return answer;
    }

    private static <T> void complete(CompletableFuture<T> answer, T done, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(done);
        } else {
            answer.completeExceptionally(failure);
        }
    }

    private CompletableFuture<Map<String, Object>> page(Watch now, Query query) {
        now.pulse.beat();
        if (query.page().equals("connection")) {
            return now.oneClient.page(query.id());
        }
        Supplier<Map<String, Object>> page = switch (query.page()) {
            case "overview" -> () -> overview(now);
            case "connections" -> () -> now.clients.page(query, now.endpoint.connectionCount());
            case "topics", "topic" -> () -> topics(now, query);
            case "channels" -> now.pages::channels;
            case "limits" -> now.pages::limits;
            case "loops" -> () -> now.pages.loops(query.text());
            default -> LinkedHashMap::new;
        };
        return CompletableFuture.completedFuture(page.get());
    }

    private Map<String, Object> topics(Watch now, Query query) {
        topicsAskedAt = now.endpoint.timers().nanoTime();
        heard.busy.watch(true);
        return query.page().equals("topic") ? now.topics.one(query.id()) : now.topics.page(query);
    }

    private Map<String, Object> overview(Watch now) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("nodes", List.of(now.pulse.node(now.node)));
        data.put("attention", Attention.of(now.node, now.endpoint, heard, now.clients.sums(), now.pulse));
        Map<String, Object> points = new LinkedHashMap<>();
        points.put(now.node, now.pulse.ring.last());
        data.put("points", points);
        return data;
    }
}
