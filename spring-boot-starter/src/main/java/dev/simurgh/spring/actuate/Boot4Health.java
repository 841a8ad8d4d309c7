package dev.simurgh.spring.actuate;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** The health of this node, as the Actuator of Spring Boot 4 wants it. */
final class Boot4Health implements HealthIndicator {
    private final NodeHealth health;

    Boot4Health(NodeHealth health) {
        this.health = health;
    }

    @Override
    public Health health() {
        NodeHealth.Seen seen = health.look();
        return Health.status(seen.level().name()).withDetails(seen.details()).build();
    }
}
