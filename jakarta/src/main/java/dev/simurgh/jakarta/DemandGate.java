package dev.simurgh.jakarta;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Stands between what asks for a client's next frame and a connection of Jetty, which reads none that nobody asks for. Jetty's implementation of Jakarta
 * WebSocket asks by itself when a handler has returned; while this is closed, that waits.
 */
final class DemandGate implements InvocationHandler {
    private final Object connection;
    private final MethodHandle demand;
    private final Executor executor;
    private boolean open = true;
    private boolean asked;

    private DemandGate(Object connection, MethodHandle demand, Executor executor) {
        this.connection = connection;
        this.demand = demand;
        this.executor = executor;
    }

    /**
     * Puts one into a connection that has just been opened.
     *
     * @param session a {@code WebSocketCoreSession}
     */
    static DemandGate into(Object session) throws Throwable {
        Class<?> type = session.getClass();
        Object connection = Container.find(type, "getConnection").invoke(session);
        Object extensions = Container.find(type, "getExtensionStack").invoke(session);
        Executor executor = (Executor) Container.find(type, "getExecutor").invoke(session);
        Class<?> chain =
                Class.forName("org.eclipse.jetty.websocket.core.util.DemandChain", false, type.getClassLoader());
        DemandGate gate = new DemandGate(connection, Container.find(connection.getClass(), "demand"), executor);
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {chain}, gate);
        Container.find(extensions.getClass(), "setLastDemand", chain).invoke(extensions, proxy);
        return gate;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "demand" -> {
                if (mayPass()) {
                    demand.invoke(connection);
                }
                yield null;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> arguments != null && proxy == arguments[0];
            case "toString" -> "demand gate";
            default -> null; // there is none behind this
        };
    }

    private synchronized boolean mayPass() {
        asked = !open;
        return open;
    }

    /** Lets nothing through. */
    synchronized void close() {
        open = false;
    }

    /** Lets through what waits, and what comes. */
    void open() {
        if (opened()) {
            executor.execute(
                    () -> { // it may read, and call handlers, at once
                        try {
                            demand.invoke(connection);
                        } catch (Throwable thrown) {
                            throw Container.unexpected(thrown);
                        }
                    });
        }
    }

    private synchronized boolean opened() {
        open = true;
        boolean waited = asked;
        asked = false;
        return waited;
    }
}
