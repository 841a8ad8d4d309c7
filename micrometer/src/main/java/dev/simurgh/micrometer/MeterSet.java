package dev.simurgh.micrometer;

import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.pubsub.Metric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.noop.NoopTimer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters that an endpoint has in a registry, until it is closed. A registry that throws, or refuses, hurts nobody: what it does not
 * take is not shown. For any thread.
 */
final class MeterSet implements MetricListener {
    private static final Logger log = LoggerFactory.getLogger(MeterSet.class);

    private final MeterRegistry registry;
    private final OnRegistry shared;
    private final String name;
    private final Tags tags;
    private final Buckets buckets;
    private final Map<Meter.Id, LongAdder> counters = new HashMap<>();
    private final Map<Meter.Id, Sources> metrics = new HashMap<>();
    private final List<Registered> registered = new ArrayList<>();
    private boolean toldOfFailure;
    private boolean closed;

    /** A meter, and what of it is of this set. */
    record Registered(Meter meter, DoubleSupplier reading, boolean isCounter) {}

    private MeterSet(MeterRegistry registry, OnRegistry shared, String name, Tags more, Buckets buckets) {
        this.registry = registry;
        this.shared = shared;
        this.name = name;
        this.tags = more.and(Described.ENDPOINT, name);
        this.buckets = buckets;
    }

    /**
     * Takes a name on the registry.
     *
     * @throws IllegalStateException if its other endpoints have other tags
     */
    static MeterSet of(MeterRegistry registry, String wanted, Tags more, Buckets buckets) {
        OnRegistry shared = OnRegistry.of(registry);
        MeterSet made = new MeterSet(registry, shared, shared.take(wanted), more, buckets);
        for (Described each : Described.values()) {
            Set<String> wantedKeys = keys(made.tags);
            wantedKeys.addAll(each.keys());
            Set<String> known = shared.keys(each.meter(), wantedKeys);
            if (!known.equals(wantedKeys)) {
                made.close();
                throw new IllegalStateException("tags: " + wantedKeys + " of " + each.meter() + " (expected: " + known
                        + ", as other endpoints on the registry have them)");
            }
        }
        return made;
    }

    /** One that shows nothing. */
    static MeterSet closed() {
        MeterSet made = new MeterSet(
                new CompositeMeterRegistry(), OnRegistry.ofNone(), "", Tags.empty(), new Buckets(List.of()));
        made.close();
        return made;
    }

    private static Set<String> keys(Iterable<Tag> tags) {
        return Tags.of(tags).stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new));
    }

    /** A counter that is shown from now on, and counted by the caller; the same one if it is there. */
    synchronized LongAdder counter(Described what, String... values) {
        Tags all = tags(what, values);
        LongAdder known = counters.get(id(what.meter(), all));
        if (known != null) {
            return known;
        }
        LongAdder count = new LongAdder();
        counters.put(id(what.meter(), all), count);
        register(what.meter(), count::sum, true, sum -> counter(what.meter(), what.text(), what.unit(), all, sum));
        return count;
    }

    synchronized Timer timer(Described what, String... values) {
        Tags all = tags(what, values);
        Registered timer = register(
                what.meter(),
                () -> 0,
                false,
                sum -> Timer.builder(what.meter())
                        .tags(all)
                        .description(what.text())
                        .serviceLevelObjectives(buckets.of(what))
                        .register(registry));
        return timer != null && timer.meter instanceof Timer usable
                ? usable
                : new NoopTimer(new Meter.Id(what.meter(), all, null, null, Meter.Type.TIMER));
    }

    synchronized void gauge(Described what, DoubleSupplier reading, String... values) {
        register(
                what.meter(),
                reading,
                false,
                sum -> gauge(what.meter(), what.text(), what.unit(), tags(what, values), sum));
    }

    private Meter counter(String meter, String text, String unit, Tags all, Sum sum) {
        return FunctionCounter.builder(meter, sum, Sum::getAsDouble)
                .tags(all)
                .description(text)
                .baseUnit(unit(unit))
                .register(registry);
    }

    private Meter gauge(String meter, String text, String unit, Tags all, Sum sum) {
        return Gauge.builder(meter, sum, Sum::getAsDouble)
                .strongReference(true)
                .tags(all)
                .description(text)
                .baseUnit(unit(unit))
                .register(registry);
    }

    private Tags tags(Described what, String... values) {
        Tags all = tags;
        for (int i = 0; i < values.length; i++) {
            all = all.and(what.keys().get(i), values[i]);
        }
        return all;
    }

    private static @Nullable String unit(String unit) {
        return unit.isEmpty() ? null : unit;
    }

    private static Meter.Id id(String meter, Tags all) {
        return new Meter.Id(meter, all, null, null, Meter.Type.OTHER);
    }

    /** Registers a meter, unless the set is closed; null if there is none for it. */
    private @Nullable Registered register(
            String meter, DoubleSupplier reading, boolean isCounter, Function<Sum, Meter> registering) {
        if (closed) {
            return null;
        }
        try {
            Registered made = new Registered(shared.register(reading, registering), reading, isCounter);
            registered.add(made);
            return made;
        } catch (Throwable thrown) { // a registry may do anything; what it does not show is not worth an endpoint
            if (!toldOfFailure) {
                toldOfFailure = true;
                log.error(
                        "meter {} not registered, nor others for which the registry does the same; they are not shown (expected: a"
                                + " registry and filters that take it)",
                        meter,
                        thrown);
            }
            return null;
        }
    }

    @Override
    public synchronized void added(Metric metric) {
        Tags all = tagsOf(metric);
        Set<String> known = shared.keys(metric.name(), keys(all));
        if (!known.equals(keys(all))) {
            log.error(
                    "metric {} with the tags {} not shown (expected: the keys {}, as others of its name have)",
                    metric.name(),
                    keys(all),
                    known);
            return;
        }
        Sources sources = metrics.get(id(metric.name(), all));
        if (sources != null) {
            sources.add(metric);
            log.warn(
                    "metric {} with the tags {} from two sources, of which the later is shown (expected: a tag that tells"
                            + " them apart)",
                    metric.name(),
                    metric.tags());
            return;
        }
        Sources made = new Sources(metric);
        metrics.put(id(metric.name(), all), made);
        boolean isCounter = metric.kind() == Metric.Kind.COUNTER;
        made.meter = register(
                metric.name(),
                made,
                isCounter,
                sum -> isCounter
                        ? counter(metric.name(), metric.description(), metric.unit(), all, sum)
                        : gauge(metric.name(), metric.description(), metric.unit(), all, sum));
    }

    private Tags tagsOf(Metric metric) {
        Tags all = tags;
        for (Map.Entry<String, String> tag : metric.tags().entrySet()) {
            all = all.and(tag.getKey(), tag.getValue());
        }
        return all;
    }

    @Override
    public synchronized void removed(Metric metric) {
        Meter.Id id = id(metric.name(), tagsOf(metric));
        Sources sources = metrics.get(id);
        if (sources != null && sources.remove(metric)) {
            metrics.remove(id);
            if (sources.meter != null) {
                registered.remove(sources.meter);
                remove(sources.meter);
            }
        }
    }

    private void remove(Registered gone) {
        Meter meter = gone.meter;
        try {
            shared.unregister(registry, meter, gone.reading, gone.isCounter);
        } catch (Throwable thrown) { // the others are to go, too
            log.error("meter {} not removed", meter.getId().getName(), thrown);
        }
    }

    /** Removes all, and takes no more. Harmless when repeated. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            registered.forEach(this::remove);
            registered.clear();
            shared.release(name);
        }
    }
}
