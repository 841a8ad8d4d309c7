package dev.simurgh.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jshell.execution.LocalExecutionControl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs snippets in this JVM, each on a thread of its own, and lets go of one that does not end.
 *
 * <p>The first {@link #stop} interrupts the snippet. On newer versions of Java the JDK has also woven a check into the snippet's own
 * loops, so that those end too. On Java 17 the JDK would use {@code Thread.stop}, which could break a lock or a list of the server that
 * the snippet is just in; so there is only the interrupt. The second {@link #stop} returns to the prompt and leaves the snippet to itself.
 */
final class SnippetRunner extends LocalExecutionControl {
    static final boolean WOVEN = Arrays.stream(LocalExecutionControl.class.getDeclaredFields())
            .anyMatch(field -> field.getName().equals("allStop"));

    private static final Logger log = LoggerFactory.getLogger(SnippetRunner.class);

    private static final int PATIENCE_SECONDS = 1;
    private static final int RETRY_MILLIS = 10;
    private static final int CAUSES = 1_000;

    private final Object lock = new Object();
    private final AtomicInteger runs = new AtomicInteger();
    private @Nullable Run current; // guarded by lock
    private boolean stopNext; // guarded by lock: asked for while JShell was still compiling
    private boolean stopped;

    /** A snippet that runs. */
    private final class Run extends Thread {
        private final CompletableFuture<String> value = new CompletableFuture<>();
        private final Method snippet;
        private int stops; // guarded by lock

        /** Where the JDK runs the snippet on a thread of its own, that is in the group of this one, and can be seen there. */
        Run(Method snippet) {
            super(WOVEN ? new ThreadGroup("console-snippet") : null, null, "console-snippet-" + runs.incrementAndGet());
            this.snippet = snippet;
            setDaemon(true);
            setContextClassLoader(snippet.getDeclaringClass().getClassLoader());
        }

        @Override
        public void run() {
            try {
                String text = WOVEN ? SnippetRunner.super.invoke(snippet) : valueString(snippet.invoke(null));
                value.complete(String.valueOf(text)); // a toString may return null, which JShell would not bear
            } catch (ExecutionControlException | ReflectiveOperationException e) {
                value.completeExceptionally(e);
            } catch (Throwable e) {
                // Of the value's toString: what the snippet itself throws comes wrapped. JShell would show nothing.
                value.completeExceptionally(new InvocationTargetException(e));
            }
        }

        @SuppressWarnings("SystemOut") // the user waits for this line
        void tellHowToLeave() {
            if (!value.isDone()) {
                System.out.println("still running: Ctrl-C again leaves it in the background");
            }
        }
    }

    /** Left running in the background, by the wish of the user. */
    @SuppressWarnings("serial") // never leaves this JVM
    static final class Abandoned extends RuntimeException {
        Abandoned(Thread thread) {
            super("left running in the background, as thread " + thread.getName(), null, false, false);
        }
    }

    SnippetRunner(SnippetLoader loader) {
        super(loader);
    }

    @Override
    protected String invoke(Method snippet) throws Exception {
        Run run = new Run(snippet);
        synchronized (lock) {
            if (stopNext) {
                stopped = true;
                throw new StoppedException();
            }
            current = run;
        }
        run.start();
        try {
            return run.value.join();
        } catch (CompletionException e) {
            stopped |= e.getCause() instanceof StoppedException;
            if (e.getCause() instanceof InvocationTargetException thrown) {
                throw new InvocationTargetException(tellable(thrown.getTargetException()));
            }
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new InvocationTargetException(e.getCause());
        } finally {
            synchronized (lock) {
                current = null;
            }
        }
    }

    /** Returns what was thrown, or who cannot say of itself what JShell asks; that would end the console. */
    private static Throwable tellable(Throwable thrown) {
        try {
            StringBuilder told = new StringBuilder();
            Throwable next = thrown;
            for (int i = 0; next != null && i < CAUSES; i++) {
                told.append(next.getMessage()).append(next.getStackTrace().length);
                next = next.getCause();
            }
            return thrown;
        } catch (Throwable e) {
            return new IllegalStateException(thrown.getClass().getName() + ", whose message, causes or frames threw "
                    + e.getClass().getName());
        }
    }

    /** Whether a snippet was stopped before it ran or in a loop of its own, since this was last asked: JShell itself does not tell. */
    boolean wasStopped() {
        boolean was = stopped;
        stopped = false;
        return was;
    }

    /** Begins with a new input: what was stopped before it is over. */
    void begin() {
        synchronized (lock) {
            stopNext = false;
        }
    }

    /** Interrupts what runs now, or what of this input would run next; the second time leaves it to itself. */
    @Override
    public void stop() {
        synchronized (lock) {
            Run run = current;
            if (run == null) {
                stopNext = true;
                return;
            }
            run.stops++;
            if (run.stops > 1) {
                run.value.completeExceptionally(new InvocationTargetException(new Abandoned(run)));
                return;
            }
            if (WOVEN) {
                stopStarted(run);
            } else {
                run.interrupt();
            }
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .execute(run::tellHowToLeave);
        }
    }

    /** Stops a snippet as the JDK does, once it has started it: a stop before that would be forgotten. */
    private void stopStarted(Run run) {
        synchronized (lock) {
            ThreadGroup group = run.getThreadGroup();
            if (run != current || group == null) {
                return; // it has ended
            }
            if (group.activeCount() < 2) { // the thread that the JDK starts for the snippet is not there
                CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> stopStarted(run));
                return;
            }
            try {
                super.stop();
            } catch (ExecutionControlException e) {
                log.debug("not stopped", e);
            }
        }
    }
}
