package dev.simurgh.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When this node is said to be ready.
 *
 * @param readiness whether the health of simurgh is in the group readiness, unless management.endpoint.health.group.readiness.include says what is; in liveness it never is
 * @param minNodes how many nodes, this one included, a cluster must have for this one to be ready
 * @param journal whether a journal that does not answer makes this node not ready; its state is among the details in any case
 */
@ConfigurationProperties("simurgh.health")
public record SimurghHealthProperties(
        @DefaultValue("true") boolean readiness,
        @DefaultValue("1") int minNodes,
        @DefaultValue("true") boolean journal) {}
