package dev.simurgh.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What no stranger may set off: an error in the log, which stands for a mistake of the server's. It is the appender of all loggers here.
 *
 * <p>{@code ClientLog} writes a line of a kind once in a while only, so the first input of its kind is the one that fails.
 */
public final class Strangers extends AppenderBase<ILoggingEvent> {
    private static final AtomicReference<String> ERROR = new AtomicReference<>();

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            String trace =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            ERROR.compareAndSet(null, event.getLoggerName() + ": " + event.getFormattedMessage() + "\n" + trace);
        }
    }

    /** Fails if something was logged as an error since the last time. */
    public static void assertNoErrorLogged() {
        String error = ERROR.getAndSet(null);
        if (error != null) {
            throw new AssertionError("logged as an error: " + error);
        }
    }

    /** Passes over what was logged as an error since the last time. */
    public static void forgetErrors() {
        ERROR.set(null);
    }
}
