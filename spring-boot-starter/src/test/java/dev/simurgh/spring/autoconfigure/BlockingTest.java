package dev.simurgh.spring.autoconfigure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Callbacks that wait for a database hold up neither heartbeats nor other channels, and each channel keeps its order. */
@Tag("one-boot")
class BlockingTest {
    @Test
    void aThousandCallbacksThatWaitForADatabaseHoldUpNobodyElse() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(BlockedApplication.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "simurgh.server.port=0", "spring.threads.virtual.enabled=true", "spring.main.banner-mode=off")
                .run()) {
            BlockedApplication.check(context.getBean(ServerLifecycle.class).port());
        }
    }
}
