package hello;

import dev.simurgh.micrometer.EndpointMeters;
import dev.simurgh.transport.HttpHandler;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What Prometheus scrapes at {@code /metrics}. */
final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    /** The part of the endpoint whose meters they are. */
    EndpointMeters meters() {
        return EndpointMeters.of(registry);
    }

    HttpHandler.Response answer(HttpHandler.Request request) {
        return HttpHandler.Response.builder()
                .body("text/plain; version=0.0.4; charset=utf-8", registry.scrape())
                .build();
    }
}
