package dev.simurgh.testkit;

import dev.simurgh.channel.EndpointBuilder;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Collects what of a {@link ChannelCase} differs from the defaults. Each {@link #build} makes another case. */
public final class ChannelCaseBuilder {
    UnaryOperator<EndpointBuilder> endpoint = builder -> builder;

    @Nullable
    VirtualClock clock;

    @Nullable
    Executor scheduler;

    ChannelCaseBuilder() {}

    /** Sets up the endpoint: its codec, node name, cluster, listener. Its timers and scheduler are the kit's. */
    public ChannelCaseBuilder endpoint(UnaryOperator<EndpointBuilder> setup) {
        endpoint = setup;
        return this;
    }

    /** Shares a clock with other cases or a {@link TestCluster}; default a clock of its own. */
    public ChannelCaseBuilder clock(VirtualClock shared) {
        clock = shared;
        return this;
    }

    /**
     * Runs connects and the channels that may block on threads, as an application does; default the thread of the test. Then a verb
     * only sets things off: use {@link Joined#within} and {@link ChannelCase#settle(java.time.Duration)}. The executor is not closed.
     */
    public ChannelCaseBuilder scheduler(Executor threads) {
        scheduler = threads;
        return this;
    }

    /** Makes the case. */
    public ChannelCase build() {
        return new ChannelCase(this);
    }

    /** Makes an extension that gives each test such a case, for JUnit's {@code @RegisterExtension}. */
    public ChannelCase.Extension extension() {
        return new ChannelCase.Extension(this);
    }
}
