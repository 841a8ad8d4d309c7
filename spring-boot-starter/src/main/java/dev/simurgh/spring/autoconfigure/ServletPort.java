package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jakarta.SimurghServlet;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The port of the application on a servlet container. Its filter is there before the endpoint knows its sockets; until these are, and when they are
 * gone, requests pass by.
 */
final class ServletPort implements Door {
    private final Endpoint endpoint;
    private final PortOptions options;
    private final Hatch hatch;

    ServletPort(Endpoint endpoint, PortOptions options, Hatch hatch) {
        this.endpoint = endpoint;
        this.options = options;
        this.hatch = hatch;
    }

    @Override
    public void open() {
        if (hatch.servlet != null) {
            return;
        }
        SimurghServlet.Builder builder = SimurghServlet.builder(endpoint);
        options.apply(builder);
        hatch.servlet = builder.build();
    }

    @Override
    public CompletableFuture<Void> close() {
        SimurghServlet open = hatch.servlet;
        if (open == null) {
            return CompletableFuture.completedFuture(null);
        }
        // Who comes meanwhile is told 503 or 1012, and not that there is nothing here.
        return open.stop().whenComplete((stopped, failure) -> hatch.servlet = null);
    }

    @Override
    public int port() {
        return -1;
    }

    @Override
    public String place() {
        return "the port of the application";
    }

    /** Hands requests over, behind the application's other filters, such as those of Spring Security. */
    static final class Hatch extends OncePerRequestFilter {
        private volatile @Nullable SimurghServlet servlet;

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            SimurghServlet open = servlet;
            if (open != null && open.serves(request)) {
                open.service(request, response);
            } else {
                chain.doFilter(request, response);
            }
        }

        /** A WebSocket that was admitted comes by once more. */
        @Override
        protected boolean shouldNotFilterAsyncDispatch() {
            return false;
        }
    }

    /** What no other servlet answers, and no filter either, is not there. */
    static final class Last extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
