package dev.simurgh.jakarta;

import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** A container with nothing in it but applications that a test gives it, by their context path. */
interface WebContainer extends AutoCloseable {
    /** The kinds that there are. */
    enum Kind {
        TOMCAT,
        JETTY;

        WebContainer make() {
            return this == TOMCAT ? new OnTomcat() : new OnJetty();
        }
    }

    /** Adds an application, which sets itself up as it starts. */
    void add(String contextPath, ServletContainerInitializer application);

    /** Has what the container calls for its clients run by these, in place of threads of its own. */
    void callOn(Executor virtualThreads);

    void start();

    int port();

    @Override
    void close();

    final class OnTomcat implements WebContainer {
        private final Tomcat tomcat = new Tomcat();

        OnTomcat() {
            try {
                Path base = Files.createTempDirectory("tomcat");
                base.toFile().deleteOnExit();
                tomcat.setBaseDir(base.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            tomcat.setPort(0);
            tomcat.getConnector().setProperty("address", "127.0.0.1");
        }

        @Override
        public void add(String contextPath, ServletContainerInitializer application) {
            Context context = tomcat.addContext(contextPath, null);
            context.addServletContainerInitializer(new WsSci(), null);
            context.addServletContainerInitializer(application, null);
        }

        @Override
        public void callOn(Executor virtualThreads) {
            tomcat.getConnector().getProtocolHandler().setExecutor(virtualThreads);
        }

        @Override
        public void start() {
            try {
                tomcat.start();
            } catch (LifecycleException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int port() {
            return tomcat.getConnector().getLocalPort();
        }

        @Override
        public void close() {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (LifecycleException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
