package dev.simurgh.micrometer;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A counter: shown from the start if it is expected to count something, else from the first time. */
final class Count {
    private final MeterSet meters;
    private final Described what;
    private final String[] values;
    private volatile @Nullable LongAdder count;

    Count(MeterSet meters, Described what, String... values) {
        this.meters = meters;
        this.what = what;
        this.values = values;
    }

    /** Shows it, so that whoever looks for changes does not miss the first. */
    Count expect() {
        shown();
        return this;
    }

    void add(long more) {
        LongAdder known = count;
        (known == null ? shown() : known).add(more);
    }

    private LongAdder shown() {
        LongAdder made = meters.counter(what, values);
        count = made;
        return made;
    }
}
