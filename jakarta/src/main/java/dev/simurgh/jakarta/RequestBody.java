package dev.simurgh.jakarta;

import dev.simurgh.transport.http.HostedBodies;
import dev.simurgh.transport.http.Route;
import dev.simurgh.transport.loop.TimedLoop;
import dev.simurgh.transport.loop.WheelEntry;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the body of a request as it comes, so that no thread waits for a slow client, and then has it answered. On the container's threads. */
final class RequestBody extends WheelEntry implements ReadListener {
    private static final int AT_ONCE = 8 << 10;
    private static final int PACE = 64 << 10;

    private final ServletInputStream in;
    private final HostedBodies.Body body;
    private final Route<? super ServletExchange> route;
    private final ServletExchange exchange;
    private final AtomicBoolean over = new AtomicBoolean();
    private final byte[] buffer = new byte[AT_ONCE];
    private final AtomicLong received = new AtomicLong();
    private long seen;
    private int ticks;

    RequestBody(
            ServletInputStream in,
            HostedBodies.Body body,
            Route<? super ServletExchange> route,
            ServletExchange exchange) {
        this.in = in;
        this.body = body;
        this.route = route;
        this.exchange = exchange;
    }

    /** Reads it; a client has so many ticks for each 64 KiB. */
    void begin(int ticks) {
        this.ticks = ticks;
        TimedLoop loop = exchange.loop();
        loop.tryExecute(() -> loop.watch(this, ticks));
        in.setReadListener(this);
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (in.isReady() && !over.get()) {
            int length = in.read(buffer);
            if (length < 0) {
                return;
            }
            received.addAndGet(length);
            int refused = body.add(Arrays.copyOf(buffer, length));
            if (refused != 0) {
                refuse(refused);
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (end()) {
            exchange.answer(route, body);
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (end()) {
            body.end();
            exchange.lost();
        }
    }

    @Override
    public int due(int now) {
        long come = received.get();
        if (over.get() || come - seen < PACE) {
            refuse(408);
            return 0;
        }
        seen = come;
        return ticks;
    }

    private void refuse(int status) {
        if (end()) {
            body.end();
            exchange.refuse(route, status);
        }
    }

    private boolean end() {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            TimedLoop loop = exchange.loop();
            loop.tryExecute(() -> loop.unwatch(this));
        }
        return first;
    }
}
