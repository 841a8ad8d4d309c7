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
 * stopped by Ctrl-S, from stopping the threads of a server: when {@value #CAPACITY} lines wait, further ones are counted and dropped, except
 * for those of a snippet, which waits.
 */
final class Screen implements AutoCloseable {
    private static final int CAPACITY = 10_000;
    private static final int LONGEST_LINE_BYTES = 65_536;

    private record Item(String line, CountDownLatch shown) {}

    private static final CountDownLatch NOBODY = new CountDownLatch(0);

    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final List<LineStream> streams = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final Consumer<String> sink;
    private final PrintStream fallback;
    private final Thread thread;
    private volatile boolean closed;

    /** Starts to show lines; the sink gets one or several, each with its line feed, and the other stream what the sink refuses. */
    Screen(Consumer<String> sink, PrintStream fallback) {
        this.sink = sink;
        this.fallback = fallback;
        thread = new Thread(this::show, "console-screen");
        thread.setDaemon(true);
        thread.start();
    }

    /** Shows a line as soon as may be; does not wait, unless a snippet calls. */
    void print(String line) {
        Item item = new Item(line, NOBODY);
        if (closed || queue.offer(item)) {
            return;
        }
        if (!SnippetThreads.isCurrent()) {
            dropped.increment();
            return;
        }
        put(item);
    }

    /** Waits until all that was printed before has been shown, even if its last line has no end. */
    void flush() {
        streams.forEach(LineStream::endStarted);
        CountDownLatch shown = new CountDownLatch(1);
        if (put(new Item("", shown))) {
            try {
                shown.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean put(Item item) {
        try {
            queue.put(item);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void show() {
        List<Item> items = new ArrayList<>();
        try {
            while (!closed || !queue.isEmpty()) {
                items.add(queue.take());
                queue.drainTo(items, 500);
                StringBuilder text = new StringBuilder();
                items.stream()
                        .filter(item -> item.shown() == NOBODY)
                        .forEach(item -> text.append(item.line()).append('\n'));
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

    /** Shows what waits, and ends; what is printed afterwards is lost. */
    @Override
    public void close() {
        flush();
        closed = true;
        put(new Item("", new CountDownLatch(1))); // wakes the thread
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
