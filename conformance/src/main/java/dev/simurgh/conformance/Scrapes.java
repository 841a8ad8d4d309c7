package dev.simurgh.conformance;

import dev.simurgh.micrometer.EndpointMeters;
import dev.simurgh.transport.HttpHandler;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** What Prometheus scrapes: the meters of the endpoint, and those of the JVM. */
final class Scrapes implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Scrapes() {
        List.<MeterBinder>of(
                        new JvmMemoryMetrics(),
                        collections,
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    EndpointMeters meters() {
        return EndpointMeters.of(registry);
    }

    HttpHandler.Response answer(HttpHandler.Request request) {
        return HttpHandler.Response.builder()
                .body("text/plain; version=0.0.4; charset=utf-8", registry.scrape())
                .build();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
