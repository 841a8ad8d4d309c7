package dev.simurgh.dashboard;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.ConnectionView;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The connections of this node: sums over all of them, and the rows that viewers look at, by one walk for all of that. What the event loops write is read
 * as it is, and no loop is asked. On the dashboard's own thread.
 */
final class Clients {
    private static final long SLOW_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int NO_NUMBER = Integer.MIN_VALUE;
    private static final Comparator<ConnectionView> BY_NUMBER = Comparator.comparingInt(ConnectionView::number);

    private final Backstage backstage;
    private final String node;
    private final LongSupplier nanoTime;
    private final Budget budget;
    private final Asked<ConnectionView> asked = new Asked<>();
    private ClientSums sums = new ClientSums();
    private long walkedAt;

    Clients(Backstage backstage, String node, LongSupplier nanoTime) {
        this.backstage = backstage;
        this.node = node;
        this.nanoTime = nanoTime;
        this.budget = new Budget(nanoTime.getAsLong());
        this.walkedAt = nanoTime.getAsLong() - Asked.FRESH_NANOS;
    }

    /** What all clients make together; as of a while ago, if a walk takes long. */
    ClientSums sums() {
        walkIfDue(false);
        return sums;
    }

    Map<String, Object> page(Query query, long total) {
        Asked.Found<ConnectionView> found = asked.of(query, nanoTime.getAsLong());
        walkIfDue(!found.isKnown());
        return asked.page(found, total, () -> found.rows(result -> rows(result.rows(each -> !each.isClosed()))));
    }

    private void walkIfDue(boolean urgent) {
        long now = nanoTime.getAsLong();
        if ((urgent || now - walkedAt >= Asked.FRESH_NANOS) && budget.allows(urgent, now)) {
            walk(now);
        }
    }

    private void walk(long now) {
        List<Asked.Found<ConnectionView>> all =
                asked.begin(now, query -> new TopN<>(query.offset(), query.limit(), BY_NUMBER));
        List<ToDoubleFunction<ConnectionView>> scores =
                all.stream().map(found -> score(found.query())).toList();
        ClientSums anew = new ClientSums();
        backstage.eachConnection(each -> {
            anew.add(each);
            for (int i = 0; i < all.size(); i++) {
                Asked.Found<ConnectionView> found = all.get(i);
                if (matches(each, found.query().text())) {
                    found.ranking().offer(scores.get(i).applyAsDouble(each), each);
                }
            }
        });
        asked.end(all);
        sums = anew;
        walkedAt = nanoTime.getAsLong();
        budget.spent(walkedAt - now);
    }

    private static boolean matches(ConnectionView each, String text) {
        return text.isEmpty()
                || Texts.has(each.id().orElse(""), text)
                || Texts.has(each.mountPath(), text)
                || Texts.has(each.peer(), text);
    }

    private static ToDoubleFunction<ConnectionView> score(Query query) {
        ToDoubleFunction<ConnectionView> key = switch (query.sort()) {
            case "open_s" -> each -> -each.openedNanos();
            case "channels" -> ConnectionView::channelCount;
            case "waiting_bytes" -> ConnectionView::waitingBytes;
            case "queued_bytes" -> ConnectionView::queuedBytes;
            case "messages_in" -> ConnectionView::messagesIn;
            case "bytes_in" -> ConnectionView::bytesIn;
            case "messages_out" -> ConnectionView::messagesOut;
            case "bytes_out" -> ConnectionView::bytesOut;
            case "slow" -> Clients::slowness;
            case "id" -> ConnectionView::number;
            default -> each -> 0;
        };
        return query.descending() ? key : each -> -key.applyAsDouble(each);
    }

    /** A client is slow by what it does not take, not by how much waits: that may be the length of its line. */
    static double slowness(ConnectionView each) {
        long stalled = each.stalledNanos();
        if (stalled >= SLOW_NANOS) {
            return stalled;
        }
        return each.pausedFor().contains(PauseCause.CLIENT_BEHIND) ? 1 : 0;
    }

    static boolean isSlow(ConnectionView each) {
        return slowness(each) > 0;
    }

    /** One connection; this looks at the numbers of all, and makes nothing of them. */
    Optional<ConnectionView> find(String id) {
        int number = number(id);
        ConnectionView[] found = new ConnectionView[1];
        backstage.eachConnection(each -> {
            if (each.number() == number) {
                found[0] = each;
            }
        });
        return Optional.ofNullable(found[0]);
    }

    private static int number(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            return NO_NUMBER;
        }
    }

    List<Map<String, Object>> rows(List<ConnectionView> connections) {
        return connections.stream().map(this::row).toList();
    }

    Map<String, Object> row(ConnectionView each) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("node", node);
        row.put("id", String.valueOf(each.number()));
        row.put("name", each.id().orElse(""));
        row.put("mount", each.mountPath());
        row.put("transport", each.transportName());
        row.put("vsn", each.version());
        row.put("peer", each.peer());
        row.put(
                "open_s",
                Duration.ofNanos(nanoTime.getAsLong() - each.openedNanos()).toSeconds());
        row.put("channels", (long) each.channelCount());
        row.put("waiting_bytes", (long) each.waitingBytes());
        row.put("queued_bytes", each.queuedBytes());
        row.put("stalled_ms", Duration.ofNanos(each.stalledNanos()).toMillis());
        row.put("messages_in", each.messagesIn());
        row.put("bytes_in", each.bytesIn());
        row.put("messages_out", each.messagesOut());
        row.put("bytes_out", each.bytesOut());
        row.put(
                "paused",
                each.pausedFor().stream()
                        .map(cause -> cause.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList());
        row.put("slow", isSlow(each));
        return row;
    }
}
