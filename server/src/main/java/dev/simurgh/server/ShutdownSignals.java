package dev.simurgh.server;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM exit with status 0 when it is told to end. By itself it reports 143 after SIGTERM and 130 after SIGINT, which
 * process managers take for failures; a shutdown hook can change that only by halting, which cuts the other hooks short.
 *
 * <p>{@code sun.misc.Signal} is the only way to hear of signals. It is supported (JEP 260), but javac warns of it, so it is called by
 * reflection. Where it is missing, or signals are not ours ({@code -Xrs}), the JVM's own statuses stay.
 */
final class ShutdownSignals {
    private static final Logger log = LoggerFactory.getLogger(ShutdownSignals.class);

    private ShutdownSignals() {}

    static void exitWithZero() {
        for (String name : List.of("TERM", "INT")) {
            try {
                handle(name, () -> System.exit(0));
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                log.debug("signal {} is not handled", name, e);
            }
        }
    }

    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                handlers.getClassLoader(), new Class<?>[] {handlers}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                        return null;
                    }
                    return switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> arguments[0] == self;
                        default -> "exit with 0";
                    };
                });
        signals.getMethod("handle", signals, handlers)
                .invoke(null, signals.getConstructor(String.class).newInstance(name), handler);
    }
}
