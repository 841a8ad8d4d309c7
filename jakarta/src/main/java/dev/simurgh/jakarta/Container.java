package dev.simurgh.jakarta;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a container can do with a connection beyond Jakarta WebSocket: not read from it, and cut it. These are public methods of its session, which are found
 * by name: an application need not have the container's classes.
 */
abstract class Container {
    private static final Logger log = LoggerFactory.getLogger(Container.class);

    /** By the class of the session. No {@link ClassValue}: from the container's class that would hold on to ours, when the application has gone. */
    private static final Map<Class<?>, Kind> KINDS = new ConcurrentHashMap<>();

    final Session session;

    Container(Session session) {
        this.session = session;
    }

    /** Finds out what there is to be had for a connection. */
    static Container of(Session session) {
        return KINDS.computeIfAbsent(session.getClass(), Container::kind).of(session);
    }

    @FunctionalInterface
    private interface Kind {
        Container of(Session session);
    }

    private static Kind kind(Class<?> type) {
        Optional<Kind> tomcat = TomcatMethods.of(type).map(methods -> session -> new Tomcat(session, methods));
        if (tomcat.isPresent()) {
            return tomcat.get();
        }
        Optional<Kind> jetty = JettyMethods.of(type).map(methods -> session -> new Jetty(session, methods));
        return jetty.orElseGet(() -> {
            log.warn(
                    "{} is not known: a client that sends faster than its channels take it is closed, since it cannot be left unread",
                    type.getName());
            return Plain::new;
        });
    }

    abstract boolean stopReading();

    abstract void readOn();

    abstract void abort() throws IOException;

    /** Waits, if need be, until a close frame can be sent. Not for event loops. */
    void awaitOpen() {}

    /** Whether the connection has ended, if it can be asked. */
    abstract boolean hasEnded();

    /** Whether the connection has ended, or is about to, when the container says that it was closed, after this side said so. */
    boolean endsWhenClosed() {
        return true;
    }

    /** Finds public methods, whatever class loader knows their types. */
    static MethodHandle find(Class<?> type, String name, Class<?>... parameters) throws ReflectiveOperationException {
        return MethodHandles.publicLookup().unreflect(type.getMethod(name, parameters));
    }

    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }

    /** One that can do nothing more. */
    private static final class Plain extends Container {
        Plain(Session session) {
            super(session);
        }

        @Override
        boolean stopReading() {
            return false;
        }

        @Override
        void readOn() {}

        @Override
        void abort() throws IOException {
            session.close(new CloseReason(CloseCodes.GOING_AWAY, ""));
        }

        @Override
        boolean hasEnded() {
            return !session.isOpen();
        }
    }

    private record TomcatMethods(
            MethodHandle suspend, MethodHandle resume, MethodHandle onClose, MethodHandle isClosed) {
        static Optional<TomcatMethods> of(Class<?> type) {
            try {
                return Optional.of(new TomcatMethods(
                        find(type, "suspend"),
                        find(type, "resume"),
                        find(type, "onClose", CloseReason.class),
                        find(type, "isClosed")));
            } catch (ReflectiveOperationException e) {
                return Optional.empty();
            }
        }
    }

    /** {@code org.apache.tomcat.websocket.WsSession}, of Tomcat 10.1 and 11. */
    private static final class Tomcat extends Container {
        private final TomcatMethods methods;

        Tomcat(Session session, TomcatMethods methods) {
            super(session);
            this.methods = methods;
        }

        @Override
        boolean stopReading() {
            try {
                methods.suspend().invoke(session);
                return true;
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        @Override
        void readOn() {
            try {
                methods.resume().invoke(session);
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        /** As if a close frame had come: what is on the way is given up, and the connection closed, whether or not one was sent. */
        @Override
        void abort() {
            try {
                methods.onClose().invoke(session, new CloseReason(CloseCodes.GOING_AWAY, ""));
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        /** It says so before the client has answered. */
        @Override
        boolean endsWhenClosed() {
            return hasEnded();
        }

        @Override
        boolean hasEnded() {
            try {
                return (boolean) methods.isClosed().invoke(session);
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }
    }

    private record JettyMethods(MethodHandle coreSession, MethodHandle abort, MethodHandle isInputOpen) {
        static Optional<JettyMethods> of(Class<?> type) {
            try {
                MethodHandle coreSession = find(type, "getCoreSession");
                MethodHandle isInputOpen = find(coreSession.type().returnType(), "isInputOpen");
                return Optional.of(new JettyMethods(coreSession, find(type, "abort"), isInputOpen));
            } catch (ReflectiveOperationException e) {
                return Optional.empty();
            }
        }
    }

    /** {@code JakartaWebSocketSession}, of Jetty 12. */
    private static final class Jetty extends Container {
        /** For how long it is waited for a session to open. */
        private static final long OPENING_NANOS = 1_000_000_000;

        private final JettyMethods methods;
        private final Optional<DemandGate> gate;
        private final long since = System.nanoTime();

        Jetty(Session session, JettyMethods methods) {
            super(session);
            this.methods = methods;
            this.gate = gate(session, methods);
        }

        private static Optional<DemandGate> gate(Session session, JettyMethods methods) {
            try {
                return Optional.of(DemandGate.into(methods.coreSession().invoke(session)));
            } catch (Throwable thrown) {
                log.warn(
                        "no way found to stop reading with {}",
                        session.getClass().getName(),
                        thrown);
                return Optional.empty();
            }
        }

        @Override
        boolean stopReading() {
            gate.ifPresent(DemandGate::close);
            return gate.isPresent();
        }

        @Override
        void readOn() {
            gate.ifPresent(DemandGate::open);
        }

        /** While {@code onOpen} has not returned, a close frame would end the connection without one. */
        @Override
        void awaitOpen() {
            try {
                Object core = methods.coreSession().invoke(session);
                while (System.nanoTime() - since < OPENING_NANOS
                        && session.isOpen()
                        && !(boolean) methods.isInputOpen().invoke(core)) {
                    Thread.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        @Override
        void abort() {
            try {
                methods.abort().invoke(session);
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        /** It says so by itself. */
        @Override
        boolean hasEnded() {
            return false;
        }
    }
}
