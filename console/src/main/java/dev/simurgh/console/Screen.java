package dev.simurgh.console;

import java.io.ByteArrayOutputStream;
import java.io.IOError;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Shows lines above the prompt, in order, from a thread of its own.
 *
 * <p>Whoever logs holds the lock of a print stream, and who draws holds that of the prompt; while the prompt completes a word, code runs
 * under its lock that may log. A queue between the two rules out that they wait for each other. It also keeps a terminal that is slow, or
 * stopped by Ctrl-S, from stopping the threads of a server: when {@value #CAPACITY} lines wait, further ones are counted and dropped. Those
 * of a snippet are no exception, as it would wait with the lock of the print stream that everybody shares. Only an answer waits.
 */
final class Screen implements AutoCloseable {
    private static final int CAPACITY = 10_000;
    private static final int LONGEST_LINE_BYTES = 65_536;

    private record Item(String text, CountDownLatch shown) {}

    private static final CountDownLatch NOBODY = new CountDownLatch(0);

    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final List<LineStream> streams = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final Consumer<String> sink;
    private final PrintStream fallback;
    private final Thread thread;
    private volatile boolean closed; // the thread is to end
    private volatile boolean ended; // it has, and what comes now is shown beside

    /** Starts to show lines; the sink gets one or several, each with its line feed, and the other stream what the sink refuses, or comes after the end. */
    Screen(Consumer<String> sink, PrintStream fallback) {
        this.sink = sink;
        this.fallback = fallback;
        thread = new Thread(this::drawAll, "console-screen");
        thread.setDaemon(true);
        thread.start();
    }

    /** Shows a line as soon as may be; does not wait. */
    void print(String line) {
        if (!queue.offer(new Item(line + "\n", NOBODY))) {
            dropped.increment();
        }
        if (ended) {
            showBeside();
        }
    }

    /** Shows a line behind all that was printed before, even if that has no end, and waits until it is there. */
    void show(String line) {
        showAndWait(line + "\n");
    }

    /** Waits until all that was printed before has been shown, even if its last line has no end. */
    void flush() {
        showAndWait("");
    }

    private void showAndWait(String text) {
        streams.forEach(LineStream::endStarted);
        CountDownLatch shown = new CountDownLatch(1);
        waitFor(() -> {
            queue.put(new Item(text, shown));
            if (ended) {
                showBeside();
            }
            shown.await();
        });
    }

    private interface Waiting {
        void run() throws InterruptedException;
    }

    /** Waits even on a thread that was interrupted before; an interrupt from now on ends it. */
    private static void waitFor(Waiting waiting) {
        boolean interrupted = Thread.interrupted();
        try {
            waiting.run();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shows what waits where the terminal no longer can. */
    private void showBeside() {
        for (Item item = queue.poll(); item != null; item = queue.poll()) {
            fallback.print(item.text());
            fallback.flush();
            item.shown().countDown();
        }
    }

    private void drawAll() {
        List<Item> items = new ArrayList<>();
        try {
            while (!closed || !queue.isEmpty()) {
                items.add(queue.take());
                queue.drainTo(items, 500);
                StringBuilder text = new StringBuilder();
                items.forEach(item -> text.append(item.text()));
                long missing = dropped.sumThenReset();
                if (missing > 0) {
                    text.append("console: ").append(missing).append(" lines not shown\n");
                }
                if (text.length() > 0) {
                    draw(text.toString());
                }
                items.forEach(item -> item.shown().countDown());
                items.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw(String text) {
        try {
            sink.accept(text);
        } catch (RuntimeException | IOError e) {
            // JLine closes the terminal when the JVM is told to end; what the server logs from then on is wanted all
            // the same.
            fallback.print(text);
            fallback.flush();
        }
    }

    /** Shows what waits, and ends; what is printed afterwards goes to the other stream. */
    @Override
    public void close() {
        flush();
        closed = true;
        queue.offer(new Item("", NOBODY)); // wakes the thread; if there is no room, it is awake
        waitFor(thread::join);
        ended = true;
        showBeside();
    }

    /** A stream whose lines are shown: in place of {@link System#out}. */
    PrintStream stream(Charset charset) {
        LineStream stream = new LineStream(charset);
        streams.add(stream);
        return new PrintStream(stream, true, charset);
    }

    /** Cuts what is written into lines. A print stream calls it under its lock. */
    private final class LineStream extends OutputStream {
        private final Charset charset;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        LineStream(Charset charset) {
            this.charset = charset;
        }

        @Override
        public synchronized void write(int b) {
            if (b == '\n' || line.size() >= LONGEST_LINE_BYTES) {
                end();
            }
            if (b != '\n') {
                line.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        synchronized void endStarted() {
            if (line.size() > 0) {
                end();
            }
        }

        private void end() {
            print(line.toString(charset).replace("\r", ""));
            line.reset();
        }
    }
}
