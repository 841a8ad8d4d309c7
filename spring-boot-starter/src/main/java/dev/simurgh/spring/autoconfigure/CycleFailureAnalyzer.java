package dev.simurgh.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Shows what is made before the endpoint, and wants it nevertheless. */
final class CycleFailureAnalyzer extends AbstractFailureAnalyzer<BeanCurrentlyInCreationException> implements Ordered {
    private static final String ENDPOINT = "simurghPreparedEndpoint";

    @Override
    public int getOrder() {
        return 0; // before Spring Boot's own, which knows only that it is a cycle
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, BeanCurrentlyInCreationException cause) {
        if (!isOfEndpoint(root)) {
            return null;
        }
        return new FailureAnalysis(
                "A bean that the endpoint is made with wants the endpoint itself: a PayloadCodec, ClusterAdapter, EndpointCustomizer or executor, or"
                        + " what these need.",
                "Have it take ObjectProvider<Endpoint> in the place of Endpoint, and ask that when it is used. Channels, sockets, parts and"
                        + " listeners may take Endpoint itself.",
                cause);
    }

    /** Whichever of its beans was asked for first: the endpoint is between them. */
    private static boolean isOfEndpoint(Throwable root) {
        for (Throwable one = root; one != null; one = one.getCause()) {
            if (one instanceof BeanCreationException failed && ENDPOINT.equals(failed.getBeanName())) {
                return true;
            }
        }
        return false;
    }
}
