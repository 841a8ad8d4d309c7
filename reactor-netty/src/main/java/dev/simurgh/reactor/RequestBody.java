package dev.simurgh.reactor;

import dev.simurgh.transport.http.HostedBodies;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/** The body of a request while it comes in. */
final class RequestBody {
    /** For so much a client has its time. */
    private static final int STEP_BYTES = 64 << 10;
    /** How much is thrown away for a route that takes no bodies. */
    private static final int MOST_THROWN_AWAY = 1 << 20;

    private final HostedBodies.Body body;
    private final boolean wanted;
    private final Duration patience;
    private final Scheduler loop;
    private int length;

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

    /** Says with which status a request is answered that has no body for its route. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status) {
            super("body refused with " + status, null, false, false);
            this.status = status;
        }
    }

    /**
     * Gathers it. On the event loop.
     *
     * @param whole gets it
     * @param refused gets the status of the answer, if there is no such body
     */
    void gather(HttpServerRequest request, Consumer<HostedBodies.Body> whole, IntConsumer refused) {
        request.receive()
                .asByteArray()
                .filter(this::add)
                .timeout(patience, loop)
                .subscribe(step -> {}, failure -> fail(failure, refused), () -> whole.accept(body));
    }

    /** Returns whether that is another step. */
    private boolean add(byte[] piece) {
        int status = wanted ? body.add(piece) : piece.length > MOST_THROWN_AWAY - length ? 413 : 0;
        if (status != 0) {
            throw new Refused(status);
        }
        int before = length / STEP_BYTES;
        length += piece.length;
        return length / STEP_BYTES > before;
    }

    private void fail(Throwable failure, IntConsumer refused) {
        body.end();
        refused.accept(failure instanceof Refused why ? why.status : failure instanceof TimeoutException ? 408 : 400);
    }
}
