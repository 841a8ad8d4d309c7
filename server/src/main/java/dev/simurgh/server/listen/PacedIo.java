package dev.simurgh.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop's epoll, with an order of its own: what is ready of connections that are at work is worked first, and those that come or go
 * share what time is left, in the order in which they were ready. Without it, who says something while 10,000 connections end and come back
 * stands behind all of them in the kernel's list.
 *
 * <p>A connection comes with its first {@value #FIRST_EVENTS} events, which is enough for TLS, the request and the join, and goes
 * when the other side has closed or reset it. In each turn those get as long as everything else took, and at least {@link #LEAST_NANOS}; the loop
 * does not block while any of them waits.
 *
 * <p>Events are level-triggered: what is put off is reported again with each turn. That of thousands would take most of each turn, so who
 * goes and still waits when it is reported again is not reported any more until it has had its turn. For one thread.
 */
final class PacedIo implements IoHandler {
    private static final Logger log = LoggerFactory.getLogger(PacedIo.class);

    static final int FIRST_EVENTS = 4;
    static final long LEAST_NANOS = TimeUnit.MICROSECONDS.toNanos(250);
    static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final IoHandler epoll;
    private final LongSupplier nanoTime;
    private final Queue<Paced> waiting = new ArrayDeque<>();
    private final Impatient impatient = new Impatient();
    /** When those that wait were last worked on; if none was left then, this says nothing. */
    private long lastEnd;

    private boolean left;

    PacedIo(IoHandler epoll, LongSupplier nanoTime) {
        this.epoll = epoll;
        this.nanoTime = nanoTime;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new PacedIo(factory.newHandler(executor), System::nanoTime);
    }

    @Override
    public int run(IoHandlerContext context) {
        int handled = epoll.run(waiting.isEmpty() ? context : impatient.as(context));
        if (!waiting.isEmpty()) {
            work();
        }
        return handled;
    }

    private void work() {
        long start = nanoTime.getAsLong();
        long others = left ? start - lastEnd : 0;
        long end = start + Math.max(LEAST_NANOS, Math.min(MOST_NANOS, others));
        long now;
        do {
            waiting.remove().handleNow();
            now = nanoTime.getAsLong();
        } while (!waiting.isEmpty() && now - end < 0);
        left = !waiting.isEmpty();
        lastEnd = now;
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Paced paced = new Paced((EpollIoHandle) handle, this);
        paced.registration = epoll.register(paced);
        return paced;
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    /** A connection, or what accepts them, on its way to its events. */
    @SuppressWarnings("try") // its close is for epoll to call
    private static final class Paced implements EpollIoHandle, IoRegistration {
        private static final EpollIoOps GOING = EpollIoOps.EPOLLRDHUP;
        /** At most one event more, of an error. To ask for nothing would end Netty's registration. */
        private static final EpollIoOps QUIET = EpollIoOps.EPOLLET;

        private final EpollIoHandle handle;
        private final PacedIo io;
        private @Nullable IoRegistration registration;
        /** What the connection wants to hear of. */
        private EpollIoOps wanted = EpollIoOps.NONE;
        /** What is ready and was put off. */
        private @Nullable IoEvent event;

        private byte first;
        private boolean quiet;

        Paced(EpollIoHandle handle, PacedIo io) {
            this.handle = handle;
            this.io = io;
            this.first = FIRST_EVENTS;
        }

        @Override
        public void handle(IoRegistration epolls, IoEvent ready) {
            boolean going = ((EpollIoEvent) ready).ops().contains(GOING);
            if (quiet) {
                return; // that error; what is put off says more
            }
            if (event != null) {
                event = ready;
                if (going && isOpen()) {
                    quiet = true;
                    registration().submit(QUIET);
                }
            } else if (first == 0 && !going) {
                handle.handle(this, ready);
            } else {
                event = ready;
                io.waiting.add(this);
            }
        }

        void handleNow() {
            IoEvent ready = event;
            event = null;
            if (ready == null || !isValid()) {
                return; // it has been closed meanwhile
            }
            if (first > 0 && !isAcceptor()) {
                first--;
            }
            try {
                handle.handle(this, ready);
                hearAgain();
            } catch (Throwable thrown) { // from here it would end the event loop, with all its connections
                failed(thrown);
            }
        }

        /** Nearly all have been closed by then. */
        private void hearAgain() {
            if (quiet && isOpen()) {
                registration().submit(wanted);
            }
            quiet = false;
        }

        /** Netty closes it first, and ends its registration later in the turn. */
        private boolean isOpen() {
            return isValid() && handle.fd().isOpen();
        }

        private void failed(Throwable thrown) {
            log.error("what is ready of a connection was not handled; it is closed", thrown);
            if (isAcceptor()) {
                return; // for one client's sake
            }
            try {
                handle.close();
            } catch (Throwable again) {
                log.error("nor was it closed", again);
            }
        }

        private boolean isAcceptor() {
            return handle instanceof Channel.Unsafe unsafe && unsafe.remoteAddress() == null;
        }

        private IoRegistration registration() {
            if (registration == null) {
                throw new IllegalStateException("not registered");
            }
            return registration;
        }

        @Override
        public long submit(IoOps ops) {
            wanted = (EpollIoOps) ops;
            return quiet ? wanted.value() : registration().submit(ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
        public <T> T attachment() {
            return registration().attachment();
        }

        @Override
        public boolean isValid() {
            return registration().isValid();
        }

        @Override
        public boolean cancel() {
            return registration().cancel();
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }
    }

    /** A turn's context, but for a turn that does not block. */
    private static final class Impatient implements IoHandlerContext {
        private @Nullable IoHandlerContext context;

        Impatient as(IoHandlerContext other) {
            context = other;
            return this;
        }

        private IoHandlerContext context() {
            if (context == null) {
                throw new IllegalStateException("no turn");
            }
            return context;
        }

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long now) {
            return context().delayNanos(now);
        }

        @Override
        public long deadlineNanos() {
            return context().deadlineNanos();
        }

        @Override
        public void reportActiveIoTime(long nanos) {
            context().reportActiveIoTime(nanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context().shouldReportActiveIoTime();
        }
    }
}
