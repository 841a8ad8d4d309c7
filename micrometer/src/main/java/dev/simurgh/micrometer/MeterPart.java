package dev.simurgh.micrometer;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.MetricListener;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.Metric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Shows the metrics of an endpoint as meters of a registry, from its start to its end. */
public final class MeterPart implements Part, MetricListener {
    private final MeterRegistry registry;
    private final Map<Metric, Meter> meters = new ConcurrentHashMap<>();
    private @Nullable Runnable unlisten;

    private MeterPart(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A part that registers its meters with this registry. */
    public static MeterPart of(MeterRegistry registry) {
        return new MeterPart(registry);
    }

    @Override
    public void start(Endpoint endpoint) {
        unlisten = endpoint.backstage().listen(this);
    }

    @Override
    public void stop() {
        if (unlisten != null) {
            unlisten.run();
        }
        meters.keySet().forEach(this::removed);
    }

    @Override
    public void added(Metric metric) {
        meters.put(metric, register(metric));
    }

    private Meter register(Metric metric) {
        if (metric.kind() == Metric.Kind.COUNTER) {
            FunctionCounter.Builder<Metric> counter = FunctionCounter.builder(
                            metric.name(), metric, read -> read.reading().getAsDouble())
                    .description(metric.description());
            metric.tags().forEach(counter::tag);
            return counter.register(registry);
        }
        Gauge.Builder<Metric> gauge = Gauge.builder(
                        metric.name(), metric, read -> read.reading().getAsDouble())
                .description(metric.description());
        metric.tags().forEach(gauge::tag);
        return gauge.register(registry);
    }

    @Override
    public void removed(Metric metric) {
        Meter meter = meters.remove(metric);
        if (meter != null) {
            registry.remove(meter);
        }
    }
}
