package dev.simurgh.reactor;

import dev.simurgh.transport.http.HostedBodies;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/** The body of a request while it comes in. */
final class RequestBody {
    /** For so much a client has its time. */
    private static final int STEP_BYTES = 64 << 10;
    /** How much is thrown away of what no route takes: else a client would not read the answer while it still sends. */
    private static final int MOST_THROWN_AWAY = 1 << 20;

    private final HostedBodies.Body body;
    private final boolean wanted;
    private final Duration patience;
    private final Scheduler loop;
    private long length;
    private int thrownAway;
    /** The status with which it is refused, if it is. */
    private int refusal;

    /**
     * Begins it.
     *
     * @param most how long it may be; if that is 0, it is thrown away
     * @param patience for each 64 KiB
     * @param loop the request's
     */
    RequestBody(HostedBodies bodies, int most, Duration patience, EventLoop loop) {
        this.body = bodies.begin(most);
        this.wanted = most > 0;
        this.patience = patience;
        this.loop = Schedulers.fromExecutorService(loop);
    }

    /** Hears of a request that has no body for its route. */
    interface Refusal {
        /**
         * Takes the status of the answer.
         *
         * @param more whether some of the body has not come yet, and nobody waits for it any more
         */
        void refused(int status, boolean more);
    }

    /** There is more of it than is thrown away. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuch() {
            super("a body is too long even to be thrown away", null, false, false);
        }
    }

    /**
     * Gathers it. On the event loop.
     *
     * @param whole gets it
     * @param refused hears if there is no such body
     */
    void gather(HttpServerRequest request, Consumer<HostedBodies.Body> whole, Refusal refused) {
        request.receive()
                .asByteArray()
                .filter(this::add)
                .timeout(patience, loop)
                .subscribe(step -> {}, failure -> fail(failure, refused), () -> {
                    if (refusal == 0) {
                        whole.accept(body);
                    } else {
                        refused.refused(refusal, false);
                    }
                });
    }

    /** Returns whether that is another step. */
    private boolean add(byte[] piece) {
        if (wanted && refusal == 0) {
            refusal = body.add(piece);
            if (refusal != 0) {
                body.end();
            }
        }
        if (!wanted || refusal != 0) {
            if (piece.length > MOST_THROWN_AWAY - thrownAway) {
                throw new TooMuch();
            }
            thrownAway += piece.length;
        }
        long before = length / STEP_BYTES;
        length += piece.length;
        return length / STEP_BYTES > before;
    }

    private void fail(Throwable failure, Refusal refused) {
        body.end();
        refused.refused(refusal == 0 ? status(failure) : refusal, true);
    }

    private static int status(Throwable failure) {
        if (failure instanceof TooMuch) {
            return 413;
        }
        return failure instanceof TimeoutException ? 408 : 400;
    }
}
