package dev.simurgh.channel;

import dev.simurgh.protocol.Message;

/**
 * The shapes of a channel's callbacks, as {@link ChannelSpec} takes them. Methods of the channel's class fit them by reference, such as
 * {@code RoomChannel::join}. All may throw what they like; where they run is said at {@link ChannelSpec}.
 */
public final class Callback {
    private Callback() {}

    /**
     * Decides on a join. Throwing refuses it with the reason {@code join crashed}.
     *
     * @param <C> the channel's class
     * @param <P> what the join's payload is decoded to
     */
    @FunctionalInterface
    public interface Join<C, P> {
        /** Lets the client in or refuses it. {@code push} and {@code broadcast} are for {@link AfterJoin}. */
        JoinResult join(C channel, P payload, Socket socket) throws Exception;
    }

    /**
     * Decides on a join without looking at its payload.
     *
     * @param <C> the channel's class
     */
    @FunctionalInterface
    public interface PlainJoin<C> {
        /** Lets the client in or refuses it. {@code push} and {@code broadcast} are for {@link AfterJoin}. */
        JoinResult join(C channel, Socket socket) throws Exception;
    }

    /**
     * Runs when a client has been let in.
     *
     * @param <C> the channel's class
     */
    @FunctionalInterface
    public interface AfterJoin<C> {
        /** Does what {@code join} may not: {@code push} and {@code broadcast} come behind the join's reply. */
        Next afterJoin(C channel, Socket socket) throws Exception;
    }

    /**
     * Handles an event that the client pushed.
     *
     * @param <C> the channel's class
     * @param <P> what the payload is decoded to
     */
    @FunctionalInterface
    public interface In<C, P> {
        /** Handles one push. */
        Result handle(C channel, P payload, Socket socket) throws Exception;
    }

    /**
     * Handles an event that the client pushed, whatever its payload.
     *
     * @param <C> the channel's class
     */
    @FunctionalInterface
    public interface PlainIn<C> {
        /** Handles one push. */
        Result handle(C channel, Socket socket) throws Exception;
    }

    /**
     * Handles events whose names are not known beforehand.
     *
     * @param <C> the channel's class
     */
    @FunctionalInterface
    public interface Any<C> {
        /** Handles one push of whatever event. */
        Result handle(C channel, Message message, Socket socket) throws Exception;
    }

    /**
     * Handles an intercepted broadcast, or a message to the channel.
     *
     * @param <C> the channel's class
     * @param <P> what the payload is decoded to, or the message's class
     */
    @FunctionalInterface
    public interface Out<C, P> {
        /** Handles one broadcast or message. */
        Next handle(C channel, P payload, Socket socket) throws Exception;
    }

    /**
     * Hears of the channel's end.
     *
     * @param <C> the channel's class
     */
    @FunctionalInterface
    public interface Terminate<C> {
        /** Cleans up. What it pushes still reaches the client if the channel was left or stopped itself. */
        void terminate(C channel, StopReason reason, Socket socket) throws Exception;
    }
}
