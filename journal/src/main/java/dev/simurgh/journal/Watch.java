package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.Page;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out the entries of a stream, one after the other, until it is closed. See {@link Journal#watch}. */
public final class Watch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final int ENTRIES = 256;
    private static final long BYTES = 1 << 20;

    private final Journal journal;
    private final String stream;
    private final Consumer<Entry> consumer;
    private final Timers timers;
    private final Duration every;
    private Runnable timer = () -> {}; // guarded by this
    private boolean reading; // guarded by this
    private boolean again; // guarded by this
    private boolean closed; // guarded by this
    private volatile long upTo;
    private boolean failing; // only while reading

    Watch(Journal journal, String stream, long after, Consumer<Entry> consumer, Timers timers, Duration every) {
        this.journal = journal;
        this.stream = stream;
        this.upTo = after;
        this.consumer = consumer;
        this.timers = timers;
        this.every = every;
    }

    String stream() {
        return stream;
    }

    /** The offset up to which all has been handed out. */
    public long upTo() {
        return upTo;
    }

    /** Looks whether there is more, now or when the look that is being taken is over. */
    void look() {
        synchronized (this) {
            if (closed || reading) {
                again = reading;
                return;
            }
            reading = true;
            timer.run();
        }
        read();
    }

    /** In a loop as long as answers are there at once: a long stream must not become a deep stack. */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen to in goesOn
    private void read() {
        while (true) {
            CompletableFuture<Page> page = journal.read(stream, upTo, ENTRIES, BYTES);
            if (!page.isDone()) {
                page.whenComplete((read, failure) -> {
                    if (goesOn(read, failure)) {
                        read();
                    }
                });
                return;
            }
            if (!page.handle(this::goesOn).join()) {
                return;
            }
        }
    }

    private boolean goesOn(@Nullable Page page, @Nullable Throwable failure) {
        boolean progress = page == null ? failed(failure) : handOut(page);
        synchronized (this) {
            if (!closed && (progress || again)) {
                again = false;
                return true;
            }
            reading = false;
            if (!closed) {
                timer = timers.schedule(every, this::look);
            }
            return false;
        }
    }

    private boolean failed(@Nullable Throwable failure) {
        if (!failing) {
            log.error("stream {} cannot be read behind {}; it is tried again every {}", stream, upTo, every, failure);
        }
        failing = true;
        return false;
    }

    /** Tells whether there may be more. */
    private boolean handOut(Page page) {
        if (page.head() < upTo) {
            log.warn(
                    "stream {} ends at {}, and all up to {} was handed out: its history is another; it is handed out from the beginning",
                    stream,
                    page.head(),
                    upTo);
            upTo = 0;
            return page.head() > 0;
        }
        for (Entry entry : page.entries()) {
            if (isClosed()) {
                return false;
            }
            try {
                consumer.accept(entry);
            } catch (Throwable thrown) {
                if (!failing) {
                    log.error(
                            "the watch of {} failed on {}; it gets it again every {}",
                            stream,
                            entry.position(),
                            every,
                            thrown);
                }
                failing = true;
                return false;
            }
            failing = false;
            upTo = entry.position().offset();
        }
        failing = false;
        upTo = Math.max(upTo, page.upTo());
        return page.upTo() < page.head();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Hands out nothing more, but for the entry that is being handed out now. */
    @Override
    public void close() {
        try {
            synchronized (this) {
                closed = true;
                timer.run();
            }
        } finally {
            journal.forget(this);
        }
    }
}
