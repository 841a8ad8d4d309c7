package dev.simurgh.micrometer;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer that is registered when it takes its first time: each has a time series for each bucket, and most of a server's never take any. */
final class LazyTimer {
    private final MeterSet meters;
    private final Described what;
    private final String[] values;
    private volatile @Nullable Timer timer;

    LazyTimer(MeterSet meters, Described what, String... values) {
        this.meters = meters;
        this.what = what;
        this.values = values;
    }

    void record(long nanos) {
        Timer known = timer;
        if (known == null) {
            known = meters.timer(what, values);
            timer = known;
        }
        known.record(nanos, TimeUnit.NANOSECONDS);
    }
}
