package dev.simurgh.channel;

import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of an endpoint, of its parts, and of what stands around it, and who hears of them. For any thread. */
final class MetricSets {
    private static final Logger log = LoggerFactory.getLogger(MetricSets.class);

    private final List<Metric> metrics = new ArrayList<>();
    private final List<MetricListener> listeners = new ArrayList<>();
    private boolean ended;

    /** Adds metrics; what is returned takes them away again. */
    synchronized Runnable add(List<Metric> more) {
        List<Metric> mine = ended ? List.of() : List.copyOf(more);
        metrics.addAll(mine);
        listeners.forEach(listener -> mine.forEach(metric -> tell(listener, told -> told.added(metric))));
        AtomicBoolean removed = new AtomicBoolean();
        return () -> {
            if (removed.compareAndSet(false, true)) {
                remove(mine);
            }
        };
    }

    @SuppressWarnings("ReferenceEquality") // two may be equal, and each is somebody else's
    private synchronized void remove(List<Metric> mine) {
        for (Metric metric : mine) {
            if (metrics.removeIf(each -> each == metric)) {
                listeners.forEach(listener -> tell(listener, told -> told.removed(metric)));
            }
        }
    }

    /** Takes all away: the endpoint has ended, and what it told would be of no more use. */
    synchronized void end() {
        ended = true;
        remove(List.copyOf(metrics));
    }

    synchronized List<Metric> all() {
        return List.copyOf(metrics);
    }

    /** Tells a listener from now on; what is returned ends that, and takes nothing away from it. */
    synchronized Runnable listen(MetricListener listener) {
        listeners.add(listener);
        metrics.forEach(metric -> tell(listener, told -> told.added(metric)));
        return () -> {
            synchronized (this) {
                listeners.remove(listener);
            }
        };
    }

    private static void tell(MetricListener listener, Consumer<MetricListener> call) {
        try {
            call.accept(listener);
        } catch (Throwable thrown) { // an Error, too, must not keep the others from hearing of it
            log.error("metric listener {} failed", listener, thrown);
        }
    }
}
