package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.History;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.PubSub;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a connection and its channels work with, and where they are counted. It is handed down to them by the endpoint, of which they know
 * nothing else. For any thread.
 */
interface Environment {
    /** Owns time. */
    Timers timers();

    /** Runs what may block. */
    Executor scheduler();

    PayloadCodec codec();

    PubSub pubsub();

    GuardedListener listener();

    /** Who stands around callbacks; null if nobody does, as is usual. */
    @Nullable
    GuardedObserver observer();

    /** Takes the lines that clients can set off. */
    ClientLog clientLog();

    /** Shows payloads in logs. */
    ParameterFilter filter();

    /** Who looks at the messages of topics. */
    Taps taps();

    /** Counts a channel whose join begins. */
    void channelOpened(String mountPath, String pattern);

    /** Counts a channel that has ended: its {@code terminate} is over, or its join was refused. */
    void channelClosed(String mountPath, String pattern);

    /** The clients that are not read. */
    PausedClients paused();

    /** Counts what broadcasts an event loop gives to its clients; asked for only if somebody listens. */
    Deliveries deliveries(EventLoop loop);

    /** What was broadcast to a topic, if that is kept. */
    @Nullable
    History history(String topic);

    /** Counts what an event loop does for its clients. */
    LoopCounts counts(EventLoop loop);

    /** Who of the connections of an event loop may read from a history. */
    ReplayTurns replayTurns(EventLoop loop);

    /** Watches what non-blocking channels do on an event loop; nobody does where time does not pass by itself. */
    @Nullable
    LoopWatch watch(EventLoop loop);

    /** Counts that a client of a transport has reached a limit. */
    void limited(String mountPath, String transport, Limit limit);

    /** Counts a callback that has held up its event loop for so long by now; pattern and topic are empty if it is a connect. */
    void heldUp(String mountPath, String pattern, String topic, long nanos);

    /** Counts something that was dropped. */
    void dropped(EndpointListener.Drop kind);
}
