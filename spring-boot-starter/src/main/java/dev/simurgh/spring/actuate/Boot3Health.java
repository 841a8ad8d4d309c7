package dev.simurgh.spring.actuate;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** The health of this node, as the Actuator of Spring Boot 3 wants it. */
final class Boot3Health implements HealthIndicator {
    private final NodeHealth health;

    Boot3Health(NodeHealth health) {
        this.health = health;
    }

    @Override
    public Health health() {
        NodeHealth.Seen seen = health.look();
        return Health.status(seen.level().name()).withDetails(seen.details()).build();
    }
}
