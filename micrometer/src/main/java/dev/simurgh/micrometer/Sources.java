package dev.simurgh.micrometer;

import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one meter reads: the metric that was added last, for as long as it is there. There are two where something takes the place of
 * something that is about to end, such as a server on the same port. Read by any thread, changed under the lock of its {@link MeterSet}.
 */
final class Sources implements DoubleSupplier {
    private final List<Metric> all = new ArrayList<>();
    private volatile Metric shown;
    private volatile double last;

    MeterSet.@Nullable Registered meter;

    Sources(Metric first) {
        all.add(first);
        shown = first;
    }

    void add(Metric later) {
        all.add(later);
        shown = later;
        last = 0;
    }

    /** Takes one away; true if none is left. */
    @SuppressWarnings("ReferenceEquality") // two may be equal, and each is somebody else's
    boolean remove(Metric gone) {
        all.removeIf(each -> each == gone);
        if (all.isEmpty()) {
            return true;
        }
        Metric latest = all.get(all.size() - 1);
        if (latest != shown) {
            shown = latest;
            last = 0;
        }
        return false;
    }

    /** What the metric tells; the last that it told if it throws, or says what is no number. */
    @Override
    public double getAsDouble() {
        try {
            double now = shown.reading().getAsDouble();
            if (!Double.isNaN(now) && !Double.isInfinite(now)) {
                last = now;
                return now; // not what another thread may have read before
            }
        } catch (Throwable thrown) { // one that fails must not cost the scrape the others
            return last;
        }
        return last;
    }
}
