package dev.simurgh.server.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that connections cannot be accepted, which is when the process has no file descriptor left. Netty, which stands before this in
 * the acceptor's pipeline, tries again every second, and would say so each time.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(AcceptFailures.class);
    /** After so long without a failure, the next one is a new one. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private long last;
    private boolean told;

    AcceptFailures(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        long now = nanoTime.getAsLong();
        if (!told || now - last > QUIET.toNanos()) {
            log.warn("{} accepts no connections for now, and tries on: {}", ctx.channel(), cause.toString());
        }
        told = true;
        last = now;
    }
}
