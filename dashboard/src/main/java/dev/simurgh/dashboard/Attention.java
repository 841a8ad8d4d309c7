package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.protocol.CloseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where to look first. On the dashboard's own thread. */
final class Attention {
    static final int MOST = 20;
    private static final double NEAR = 0.8;
    private static final double FULL = 0.95;
    private static final long BAD_STALL_NANOS = Duration.ofSeconds(5).toNanos();
    private static final double WARN_LAG_MILLIS = 100;
    private static final double BAD_LAG_MILLIS = 1000;

    private final String node;
    private final List<Map<String, Object>> bad = new ArrayList<>();
    private final List<Map<String, Object>> warn = new ArrayList<>();

    private Attention(String node) {
        this.node = node;
    }

    /** The worst first. */
    static List<Map<String, Object>> of(String node, Endpoint endpoint, Heard heard, ClientSums sums, Pulse pulse) {
        Attention all = new Attention(node);
        all.crashes(heard);
        all.slow(sums);
        all.cutOff(heard);
        all.drops(heard);
        all.lag(pulse.lag.worstMillis());
        all.limits(heard, sums);
        all.bounds(Bounds.of(endpoint.backstage().metrics()));
        all.pauses(sums);
        if (endpoint.isDraining()) {
            all.add(false, "draining", "all clients are being sent away", "overview", "");
        }
        all.bad.addAll(all.warn);
        return all.bad.stream().limit(MOST).toList();
    }

    private void add(boolean isBad, String what, String text, String page, String id) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("level", isBad ? "bad" : "warn");
        row.put("node", node);
        row.put("what", what);
        row.put("text", text);
        row.put("page", page);
        row.put("id", id);
        (isBad ? bad : warn).add(row);
    }

    private void crashes(Heard heard) {
        for (ChannelTally channel : heard.channels()) {
            long lately = channel.crashes.lately();
            if (lately > 0) {
                String last = heard.crashLog.lastOf(channel.mount, channel.pattern);
                String text = channel.pattern + " of " + channel.mount + " has crashed " + times(lately)
                        + " in the last minute" + (last == null ? "" : ", last with " + last);
                add(true, "crash", text, "channels", channel.pattern);
            }
        }
    }

    private void slow(ClientSums sums) {
        List<ConnectionView> slowest = sums.slowest();
        if (!slowest.isEmpty()) {
            ConnectionView worst = slowest.get(0);
            Duration stalled = Duration.ofNanos(worst.stalledNanos());
            String text = (sums.slow() == 1 ? "1 client takes" : sums.slow() + " clients take")
                    + " too little of what waits for it; of the worst " + Texts.bytes(worst.queuedBytes()) + " for "
                    + stalled.toSeconds() + " s";
            add(worst.stalledNanos() >= BAD_STALL_NANOS, "slow", text, "connection", String.valueOf(worst.number()));
        }
    }

    /** Those who were slow, and have been closed for it: nothing else tells of them. */
    private void cutOff(Heard heard) {
        String code = String.valueOf(CloseCode.TRY_AGAIN_LATER);
        long lately = Objects.requireNonNull(heard.closes.get(code)).lately();
        if (lately > 0) {
            String text = (lately == 1 ? "1 connection has" : lately + " connections have") + " ended with " + code
                    + " in the last minute: what waited for the client was not taken";
            add(false, "cut_off", text, "limits", code);
        }
    }

    private void drops(Heard heard) {
        heard.drops.forEach((kind, tally) -> {
            if (tally.lately() > 0) {
                String text = tally.lately() + " dropped in the last minute: " + Pages.lower(kind.name());
                add(true, "drop", text, "limits", Pages.lower(kind.name()));
            }
        });
    }

    private void lag(double millis) {
        if (millis >= WARN_LAG_MILLIS) {
            String text = "an event loop lets tasks wait for " + Math.round(millis) + " ms";
            add(millis >= BAD_LAG_MILLIS, "lag", text, "loops", "");
        }
    }

    private void limits(Heard heard, ClientSums sums) {
        heard.limits.forEach((limit, tally) -> {
            if (tally.lately() > 0) {
                String text = "limit " + Pages.lower(limit.name()) + " was reached " + times(tally.lately())
                        + " in the last minute";
                add(false, "limit", text, "limits", Pages.lower(limit.name()));
            }
        });
        for (ClientSums.Near near : sums.near()) {
            if (near.share() >= NEAR) {
                String text = "a client of " + near.mount() + " is at " + Math.round(near.share() * 100) + " % of "
                        + Pages.lower(near.limit().name());
                add(false, "near", text, "connection", near.id());
            }
        }
    }

    private void bounds(List<Bounds.Bound> bounds) {
        for (Bounds.Bound bound : bounds) {
            if (bound.share() >= NEAR) {
                String text = "the node is at " + Math.round(bound.share() * 100) + " % of " + bound.limit()
                        + (bound.at().isEmpty() ? "" : " of " + bound.at());
                add(bound.share() >= FULL, "near", text, "limits", bound.limit());
            }
        }
    }

    private void pauses(ClientSums sums) {
        for (PauseCause cause : PauseCause.values()) {
            int paused = sums.paused(cause);
            if (paused > 0) {
                String text = (paused == 1 ? "1 client is" : paused + " clients are") + " not read: "
                        + Pages.lower(cause.name());
                add(false, "pause", text, "limits", Pages.lower(cause.name()));
            }
        }
    }

    private static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }
}
