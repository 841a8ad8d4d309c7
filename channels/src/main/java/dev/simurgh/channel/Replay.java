package dev.simurgh.channel;

import dev.simurgh.channel.spi.History;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Stands between a topic that is kept and one join of it, and has the client get everything behind where it begins: in order, without a
 * gap, nothing twice. But for {@link #beginsAt}, everything is called on the event loop.
 *
 * <p>It knows up to which offset the client has everything. A broadcast that comes live goes out if it is the next one. One that is older
 * has gone out. One that is newer, or for which there is no room, is not held here: it is in the history, and so the client falls behind, and
 * reads there what is next, a slice at a time, each when it has taken the one before. It is live again when a slice is the last and has all that
 * has come live meanwhile; what was stored after that was read comes live after it. So a client may take as long as it likes: what it costs is
 * one slice, and nobody waits for it.
 */
final class Replay implements Subscriber {
    /** How much is read at once. */
    static final int SLICE_BYTES = 256 << 10;

    private static final Logger log = LoggerFactory.getLogger(Replay.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST_FAILURES = 10;
    private static final int MOST_PASSED = 100;
    private static final String REWOUND = "its topic has another history now";

    private enum Stage {
        JOINING,
        BEHIND,
        LIVE,
        ENDED
    }

    private final History history;
    private final Line line;
    private final LoopSide wire;
    private Stage stage = Stage.JOINING;
    private long cursor; // up to which the client has everything
    private long seen; // what has come live
    private boolean rewound; // while the client joined
    private @Nullable TreeSet<Long> passed; // what is not for the client of what it has not got yet
    private int failures; // in a row
    private @Nullable Runnable cancelRetry;

    Replay(History history, Line line, LoopSide wire) {
        this.history = history;
        this.line = line;
        this.wire = wire;
    }

    /** What a binary message has no room for. */
    static Frame positionFrame(Serializer serializer, Broadcast kept) {
        Ref position = Ref.of(kept.position().orElseThrow());
        return serializer.encodeMessage(Ref.NONE, position, kept.topic(), Protocol.POSITION, Payload.EMPTY);
    }

    /** Where the client begins. Said on the mailbox, before {@link #begin}. */
    void beginsAt(History.Start start) {
        cursor = start.offset();
    }

    /** The client has been told where it begins. */
    void begin() {
        if (stage == Stage.JOINING) {
            stage = Stage.BEHIND;
            if (rewound) {
                lose(REWOUND);
            } else {
                read();
            }
        }
    }

    /** Nothing more goes out. */
    void end() {
        stage = Stage.ENDED;
        if (cancelRetry != null) {
            cancelRetry.run();
            cancelRetry = null;
        }
    }

    @Override
    public void deliver(Broadcast broadcast) {
        long offset = broadcast.offset();
        if (offset < 0) {
            wire.deliver(broadcast); // to this node only, say
        } else if (stage != Stage.LIVE) {
            seen = Math.max(seen, offset);
        } else if (offset == cursor + 1 && wire.offer(broadcast, true)) {
            has(broadcast);
        } else if (offset > cursor) {
            fallBehind(offset);
        }
    }

    @Override
    public void rewound() {
        if (stage == Stage.JOINING) {
            rewound = true;
        } else if (stage != Stage.ENDED) {
            lose(REWOUND);
        }
    }

    @Override
    public void missed(long offset) {
        if (stage != Stage.LIVE) {
            seen = Math.max(seen, offset);
        } else if (offset > cursor) {
            fallBehind(offset);
        }
    }

    @Override
    public void passedOver(Broadcast broadcast) {
        long offset = broadcast.offset();
        if (stage == Stage.LIVE && offset == cursor + 1) {
            has(broadcast);
        } else if (offset > cursor) {
            passOver(offset);
            missed(offset);
        }
    }

    private void passOver(long offset) {
        if (passed == null) {
            passed = new TreeSet<>();
        }
        if (passed.size() < MOST_PASSED) { // who has more of its own before it gets the rest
            passed.add(offset);
        }
    }

    /** Whether it is to all but this client. */
    private boolean isPassed(long offset) {
        while (passed != null && !passed.isEmpty() && passed.first() < offset) {
            passed.pollFirst();
        }
        return passed != null && passed.remove(offset);
    }

    private void has(Broadcast broadcast) {
        cursor = broadcast.offset();
    }

    private void fallBehind(long offset) {
        stage = Stage.BEHIND;
        seen = Math.max(seen, offset);
        wire.whenTaken(this::read);
    }

    // From the history.

    private void read() {
        if (stage == Stage.BEHIND) {
            line.environment().replayTurns(line.loop()).take(this::readNow);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is looked at
    private void readNow() {
        long asked = seen;
        CompletableFuture<History.Slice> answer;
        try {
            answer = stage == Stage.BEHIND
                    ? history.read(wire.topic(), cursor, SLICE_BYTES)
                    : CompletableFuture.failedFuture(new IllegalStateException("ended"));
        } catch (Throwable thrown) { // an Error, too, must not cost others their turn
            answer = CompletableFuture.failedFuture(thrown);
        }
        answer.whenComplete((slice, failure) -> line.onLoop(() -> {
            line.environment().replayTurns(line.loop()).done();
            if (stage == Stage.BEHIND) {
                arrived(slice, failure, asked);
            }
        }));
    }

    private void arrived(History.@Nullable Slice slice, @Nullable Throwable failure, long asked) {
        if (slice == null) {
            failed(String.valueOf(failure));
        } else if (!slice.complete()) {
            lose("what its client has missed is kept no longer");
        } else {
            goOn(slice, asked);
        }
    }

    private void goOn(History.Slice slice, long asked) {
        long before = cursor;
        boolean all = handedOn(slice);
        if (all) {
            cursor = Math.max(cursor, slice.upTo()); // compaction may have left nothing up to there
        }
        boolean moved = cursor > before;
        failures = moved ? 0 : failures;
        if (all && !slice.more() && cursor >= seen) {
            stage = Stage.LIVE;
            passed = null;
        } else if (moved || !all || cursor >= asked) { // what it lacks came after it was asked for
            wire.whenTaken(this::read);
        } else {
            failed("it ends before " + seen + ", which has been broadcast");
        }
    }

    /** Sends as much of it as there is room for; returns whether that is all of it. */
    private boolean handedOn(History.Slice slice) {
        for (Broadcast broadcast : slice.broadcasts()) {
            if (broadcast.offset() > cursor) {
                if (!isPassed(broadcast.offset()) && !wire.offer(broadcast, false)) {
                    return false;
                }
                has(broadcast);
            }
        }
        return true;
    }

    private void failed(String why) {
        failures++;
        line.environment()
                .clientLog()
                .line(
                        log,
                        Level.ERROR,
                        "history of {} cannot be read behind {}: {} (expected: a store that answers; asked again {} times)",
                        wire.topic(),
                        cursor,
                        why,
                        MOST_FAILURES - failures);
        if (failures >= MOST_FAILURES) {
            lose("its history cannot be read");
        } else {
            cancelRetry = line.environment().timers().schedule(RETRY, () -> line.onLoop(this::retry));
        }
    }

    private void retry() {
        cancelRetry = null;
        read();
    }

    private void lose(String why) {
        end();
        wire.lost(why);
    }
}
