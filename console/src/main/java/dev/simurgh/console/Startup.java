package dev.simurgh.console;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Starts JShell on a thread of its own: it takes about a second, and meanwhile the prompt is there. */
final class Startup implements AutoCloseable {
    /** JShell did not start. */
    static final class Failed extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final CompletableFuture<Snippets> starting = new CompletableFuture<>();
    private @Nullable Snippets snippets; // guarded by this, as is closed
    private boolean closed;

    Startup(Map<String, Bound.Value> bound) {
        ClassLoader loader = loader();
        Thread thread = new Thread(() -> start(loader, bound), "console-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** The loader that sees the application: that of the thread, if it sees the same console. */
    private static ClassLoader loader() {
        ClassLoader own = Console.class.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try {
            return context != null && context.loadClass(Console.class.getName()) == Console.class ? context : own;
        } catch (ClassNotFoundException e) {
            return own;
        }
    }

    private void start(ClassLoader loader, Map<String, Bound.Value> bound) {
        try {
            Snippets started = Snippets.start(loader, bound);
            keep(started);
            starting.complete(started);
        } catch (Throwable e) {
            starting.completeExceptionally(e);
        }
    }

    private synchronized void keep(Snippets started) {
        snippets = started;
        if (closed) {
            started.close();
        }
    }

    /**
     * Waits for JShell.
     *
     * @throws Failed if it did not start
     */
    Snippets snippets() {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw new Failed("console: JShell did not start: " + e.getCause(), e);
        }
    }

    /** Interrupts what runs. */
    synchronized void stop() {
        if (snippets != null) {
            snippets.stop();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (snippets != null) {
            snippets.close();
        }
    }
}
