package dev.simurgh.jakarta;

import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

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

    final class OnJetty implements WebContainer {
        private final Server server = new Server();
        private final ServerConnector connector = new ServerConnector(server);
        private final ContextHandlerCollection contexts = new ContextHandlerCollection();

        OnJetty() {
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(contexts);
        }

        @Override
        public void add(String contextPath, ServletContainerInitializer application) {
            ServletContextHandler context = new ServletContextHandler(contextPath.isEmpty() ? "/" : contextPath);
            JakartaWebSocketServletContainerInitializer.configure(context, null);
            context.addServletContainerInitializer(application);
            contexts.addHandler(context);
        }

        @Override
        public void start() {
            try {
                server.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int port() {
            return connector.getLocalPort();
        }

        @Override
        public void close() {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
