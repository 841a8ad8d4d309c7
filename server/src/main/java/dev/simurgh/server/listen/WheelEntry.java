package dev.simurgh.server.listen;

import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link IdleWheel} looks at from time to time. The links are in the entry, and every entry is the handler of a
 * connection, so that a connection with its timeouts is one object.
 */
public abstract class WheelEntry extends ChannelInboundHandlerAdapter {
    @Nullable
    WheelEntry previous;

    @Nullable
    WheelEntry next;

    /**
     * Tells the entry that the tick it asked for, or an earlier one, is here.
     *
     * @return in how many ticks to come back; 0 never, and the entry is off the wheel
     */
    public abstract int due(int now);
}
