package dev.simurgh.cluster.jgroups;

/** A node could not start to take part in its cluster, such as when its cluster port is taken. */
public final class ClusterStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
