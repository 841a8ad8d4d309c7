package dev.simurgh.conformance;

import dev.simurgh.jakarta.SimurghServlet;
import dev.simurgh.transport.ServerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.modeler.Registry;
import org.apache.tomcat.websocket.server.WsSci;

/** A Tomcat with nothing in it but channels. */
final class TomcatCarrier implements Carrier {
    static {
        Registry.disableRegistry(); // in which several of a process get into each other's way
    }

    private final SimurghServlet servlet;
    private final String host;
    private final Tomcat tomcat = new Tomcat();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    TomcatCarrier(SimurghServlet servlet, String host, int port) {
        this.servlet = servlet;
        this.host = host;
        try {
            Path base = Files.createTempDirectory("tomcat");
            base.toFile().deleteOnExit();
            tomcat.setBaseDir(base.toString());
            tomcat.setPort(port);
            tomcat.getConnector().setProperty("address", host);
            tomcat.getConnector()
                    .setProperty("relaxedQueryChars", "[]"); // clients send these, and other servers take them
            tomcat.getConnector().setThrowOnFailure(true);
            Context context = tomcat.addContext("", null);
            context.addServletContainerInitializer(new WsSci(), null);
            context.addServletContainerInitializer((classes, application) -> servlet.register(application), null);
            tomcat.start();
        } catch (IOException e) {
            servlet.close();
            throw new UncheckedIOException(e);
        } catch (LifecycleException e) {
            servlet.close();
            throw new IllegalStateException("cannot listen on " + host + ":" + port, e);
        }
    }

    @Override
    public String uri() {
        return "http://" + host + ":" + port();
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public ServerStats stats() {
        return servlet.stats();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is told by the one that is returned
    public CompletableFuture<?> stop() {
        tomcat.getConnector().pause(); // gives nothing back, but takes nothing more
        servlet.stop().whenComplete((gone, failure) -> new Thread(this::end).start());
        return stopped;
    }

    private synchronized void end() {
        if (!stopped.isDone()) {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (LifecycleException e) {
                throw new IllegalStateException(e);
            } finally {
                stopped.complete(null);
            }
        }
    }
}
