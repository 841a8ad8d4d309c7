package dev.simurgh.channel;

/** What most channel tests run over: both protocol versions, and both places where handlers can run. The frames must be the same. */
enum Setup {
    V1_ON_SCHEDULER(Vsn.V1, false),
    V1_ON_EVENT_LOOP(Vsn.V1, true),
    V2_ON_SCHEDULER(Vsn.V2, false),
    V2_ON_EVENT_LOOP(Vsn.V2, true);

    final Vsn vsn;
    final boolean nonBlocking;

    Setup(Vsn vsn, boolean nonBlocking) {
        this.vsn = vsn;
        this.nonBlocking = nonBlocking;
    }

    <C> ChannelSpec<C> build(ChannelSpec.Builder<C> spec) {
        return (nonBlocking ? spec.nonBlocking() : spec).build();
    }
}
