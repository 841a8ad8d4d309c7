package dev.simurgh.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Takes what passes Logback's loggers to the {@link Logs} of the thread. Apart, so that the kit loads without Logback. */
final class LogbackCapture extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final String NAME = "simurgh-testkit";

    /**
     * Makes sure that it is wherever events end up: at the root logger, and at those that pass nothing on to their parents, so that each
     * event comes by once. A reset of Logback's configuration takes it away.
     */
    static synchronized void install() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        for (Logger logger : context.getLoggerList()) {
            boolean isEnd = !logger.isAdditive() || logger.getName().equals(Logger.ROOT_LOGGER_NAME);
            Appender<ILoggingEvent> present = logger.getAppender(NAME);
            if (isEnd && present == null) {
                logger.addAppender(create(context));
            } else if (!isEnd && present != null) {
                logger.detachAppender(present);
            }
        }
    }

    /** Whether any logger lets lines of this level pass. */
    static boolean isPassed(Level level) {
        ch.qos.logback.classic.Level wanted = ch.qos.logback.classic.Level.toLevel(level.toString());
        return ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLoggerList().stream().anyMatch(logger -> logger.isEnabledFor(wanted));
    }

    private static LogbackCapture create(LoggerContext context) {
        LogbackCapture capture = new LogbackCapture();
        capture.setName(NAME);
        capture.setContext(context);
        capture.start();
        return capture;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Logs.logged(new Logs.Line(
                Level.valueOf(event.getLevel().toString()),
                event.getLoggerName(),
                event.getFormattedMessage(),
                thrown(event.getThrowableProxy())));
    }

    private static @Nullable Throwable thrown(@Nullable IThrowableProxy proxy) {
        return proxy instanceof ThrowableProxy known ? known.getThrowable() : null;
    }
}
