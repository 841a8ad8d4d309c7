package dev.simurgh.spring.autoconfigure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Starts the endpoint behind all beans and before any port is open, and ends it when all ports are closed, while the beans are still
 * there. A context that is only stopped keeps it, since it may be started again.
 */
public final class EndpointLifecycle
        implements SmartLifecycle, ApplicationContextAware, ApplicationListener<ContextClosedEvent> {
    /** Before the web server of the application takes clients in, and behind its end. */
    static final int PHASE = DEFAULT_PHASE - 3 * 1024;

    private static final Logger log = LoggerFactory.getLogger(EndpointLifecycle.class);

    private final Runnable start;
    private final Runnable end;
    private final List<EndsBehind> behindIt;
    private volatile @Nullable ApplicationContext context;
    private volatile boolean started;
    private volatile boolean running;
    private volatile boolean ending;

    /**
     * Takes over an endpoint.
     *
     * @param start starts it, once
     * @param end ends it
     * @param behindIt what ends behind it and before other beans do
     */
    EndpointLifecycle(Runnable start, Runnable end, List<EndsBehind> behindIt) {
        this.start = start;
        this.end = end;
        this.behindIt = behindIt;
    }

    @Override
    public void setApplicationContext(ApplicationContext itsOwn) {
        context = itsOwn;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) { // a parent hears of its children, too
            ending = true;
        }
    }

    /** Now, since beans end next; whatever the application has its other listeners called by. */
    @Override
    public boolean supportsAsyncExecution() {
        return false;
    }

    /** Whether the context is about to be closed, not only stopped. */
    boolean isEnding() {
        return ending;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void start() {
        if (ending) { // something has closed the context while it starts
            return;
        }
        if (!started) {
            started = true;
            start.run();
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (!ending) {
            return;
        }
        end.run();
        for (EndsBehind next : behindIt) {
            try {
                next.end();
            } catch (RuntimeException e) { // the others have to end, too
                log.error("{} failed", next, e);
            }
        }
    }

    /** On a thread of its own, so that Spring's limit for the phase holds, whatever a part or a database does. */
    @Override
    public void stop(Runnable whenStopped) {
        Thread thread = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        whenStopped.run();
                    }
                },
                "simurgh-end");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Not while a context waits in a cache of tests: the ports of the application stay open then, too. Spring 7 asks for it. */
    public boolean isPauseable() {
        return false;
    }
}
