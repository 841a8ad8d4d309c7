package dev.simurgh.spring.autoconfigure;

import dev.simurgh.server.ServerStartException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows why Simurgh's own server has not started: its port is taken, or its Netty is too old. */
final class ServerStartFailureAnalyzer extends AbstractFailureAnalyzer<ServerStartException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, ServerStartException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.startsWith("Netty")) {
            return new FailureAnalysis(
                    message,
                    "Use dev.simurgh:simurgh-server-shaded, which the starter brings, in the place of simurgh-server; or set the property"
                            + " netty.version.",
                    cause);
        }
        if (message.startsWith("port")) {
            return new FailureAnalysis(
                    "Simurgh's own port: " + message,
                    "Set simurgh.server.port to a free port (0 for any), or simurgh.server.mode=application-port to be served on that of the"
                            + " application.",
                    cause);
        }
        return new FailureAnalysis(
                "Simurgh's own server: " + message, "Change what simurgh.server.* says of it.", cause);
    }
}
