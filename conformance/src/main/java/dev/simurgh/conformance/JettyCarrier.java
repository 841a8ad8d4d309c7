package dev.simurgh.conformance;

import dev.simurgh.jakarta.SimurghServlet;
import dev.simurgh.transport.ServerStats;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A Jetty with nothing in it but channels. */
final class JettyCarrier implements Carrier {
    private final SimurghServlet servlet;
    private final String host;
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final int port;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    JettyCarrier(SimurghServlet servlet, String host, int port) {
        this.servlet = servlet;
        this.host = host;
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        JakartaWebSocketServletContainerInitializer.configure(context, null);
        context.addServletContainerInitializer((classes, application) -> servlet.register(application));
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            servlet.close();
            throw new IllegalStateException("cannot listen on " + host + ":" + port, e);
        }
        this.port = connector.getLocalPort(); // which a connector that was stopped does not tell
    }

    @Override
    public String uri() {
        return "http://" + host + ":" + port();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public ServerStats stats() {
        return servlet.stats();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is told by the one that is returned
    public CompletableFuture<?> stop() {
        connector.close(); // who is there stays
        servlet.stop().whenComplete((gone, failure) -> new Thread(this::end).start());
        return stopped;
    }

    private synchronized void end() {
        if (!stopped.isDone()) {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                stopped.complete(null);
            }
        }
    }
}
