package dev.simurgh.testkit;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Takes what passes Logback's root logger to the {@link Logs} of the thread. Apart, so that the kit loads without Logback. */
final class LogbackCapture extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final String NAME = "simurgh-testkit";

    /** Makes sure that it is there; a reset of Logback's configuration takes it away. */
    static synchronized void install() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(NAME) == null) {
            LogbackCapture capture = new LogbackCapture();
            capture.setName(NAME);
            capture.setContext(context);
            capture.start();
            root.addAppender(capture);
        }
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
