package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.DrainOptions;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.EndpointCustomizer;
import dev.simurgh.spring.SimurghProperties;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The endpoint, which is made before the beans that its sockets and parts are: those may want the endpoint. It starts when all of them
 * are there.
 */
public final class PreparedEndpoint implements DisposableBean {
    /** The name of a bean of type {@link Executor} that runs connects and channels. */
    static final String SCHEDULER = "simurghScheduler";

    static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";
    static final Duration SPRINGS_OWN = Duration.ofSeconds(30);
    /** What a server needs behind the drain: for requests that are being answered, and for its event loops. */
    private static final Duration RESERVE = Duration.ofSeconds(6);

    private final ListableBeanFactory beans;
    private final SimurghProperties properties;
    private final Environment environment;
    private final Endpoint.Builder builder = Endpoint.builder();
    private final Endpoint endpoint;
    private final AtomicBoolean ended = new AtomicBoolean();

    PreparedEndpoint(
            ListableBeanFactory beans, SimurghProperties properties, Environment environment, EndpointCustomizer last) {
        this.beans = beans;
        this.properties = properties;
        this.environment = environment;
        builder.codec(beans.getBean(PayloadCodec.class)).drain(drain(properties.drain(), phaseTimeout(environment)));
        beans.getBeanProvider(ClusterAdapter.class).ifAvailable(builder::cluster);
        beans.getBeanProvider(Timers.class).ifAvailable(builder::timers);
        if (properties.nodeName() != null) {
            builder.nodeName(properties.nodeName());
        }
        if (beans.containsBean(SCHEDULER)) {
            builder.scheduler(beans.getBean(SCHEDULER, Executor.class));
        }
        beans.getBeanProvider(EndpointCustomizer.class).orderedStream().forEach(more -> more.customize(builder));
        last.customize(builder);
        endpoint = builder.prepare();
    }

    /**
     * Makes the endpoint of all beans, for those who give it more than beans can, such as the time of a test.
     *
     * @param last has the last word about it
     */
    public static PreparedEndpoint of(
            ListableBeanFactory beans, SimurghProperties properties, Environment environment, EndpointCustomizer last) {
        return new PreparedEndpoint(beans, properties, environment, last);
    }

    /** The endpoint, which has not started yet. */
    public Endpoint endpoint() {
        return endpoint;
    }

    void start() {
        Map<String, SocketSpec> sockets = new Sockets(beans, properties.socket().path()).byPath();
        new ReservedPaths(
                        beans.getBeanProvider(ReservedPath.class)
                                .orderedStream()
                                .toList(),
                        environment)
                .require(sockets.keySet());
        sockets.forEach(this::mount);
        beans.getBeanProvider(EndpointListener.class).orderedStream().forEach(builder::listener);
        beans.getBeanProvider(Part.class).orderedStream().forEach(builder::part);
        builder.start();
    }

    /** Ends the endpoint, once: who comes later does not wait for a part that hangs. */
    void end() {
        if (ended.compareAndSet(false, true)) {
            endpoint.close();
        }
    }

    /** If the application did not come as far as its lifecycle. */
    @Override
    public void destroy() {
        end();
    }

    private void mount(String path, SocketSpec socket) {
        try {
            builder.socket(path, socket);
        } catch (IllegalArgumentException e) {
            throw new SimurghConfigurationException(
                    String.valueOf(e.getMessage()), "Change simurgh.socket.path, or the @SimurghSocket of the bean.");
        }
    }

    static Duration phaseTimeout(Environment environment) {
        return Binder.get(environment).bind(PHASE_TIMEOUT, Duration.class).orElse(SPRINGS_OWN);
    }

    static DrainOptions drain(SimurghProperties.Drain told, Duration phaseTimeout) {
        Duration limit = told.limit();
        if (limit == null) {
            Duration half = phaseTimeout.dividedBy(2);
            Duration rest = phaseTimeout.minus(RESERVE);
            limit = rest.compareTo(half) > 0 ? rest : half;
        } else if (limit.compareTo(phaseTimeout) >= 0) {
            throw new SimurghConfigurationException(
                    "simurgh.drain.limit: " + limit.toMillis() + " ms (expected: less than " + PHASE_TIMEOUT + ", "
                            + phaseTimeout.toMillis() + " ms, after which Spring goes on without waiting)",
                    "Raise " + PHASE_TIMEOUT + " above it, and the grace period of the process manager above that.");
        }
        return DrainOptions.builder()
                .batchSize(told.batchSize())
                .batchInterval(told.batchInterval())
                .limit(limit)
                .build();
    }
}
