package dev.simurgh.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HostedBodiesTest {
    private final HostedBodies bodies = new HostedBodies(10_000);

    @Test
    void whatComesAfterTheEndIsNotCounted() {
        HostedBodies.Body body = bodies.begin(5_000);
        assertThat(body.add(new byte[100])).isZero();
        body.end();
        assertThat(body.add(new byte[2_000])).isZero();
        assertThat(bodies.bytes()).isZero();
    }

    @Test
    void aBodyThatEndsWhileItComesLeavesNothingBehind() {
        HostedBodies many = new HostedBodies(Long.MAX_VALUE);
        for (int i = 0; i < 2_000; i++) {
            HostedBodies.Body body = many.begin(1 << 20);
            List<CompletableFuture<?>> both = new ArrayList<>();
            both.add(CompletableFuture.runAsync(() -> {
                for (int j = 0; j < 20; j++) {
                    body.add(new byte[200]);
                }
            }));
            both.add(CompletableFuture.runAsync(body::end));
            CompletableFuture.allOf(both.toArray(CompletableFuture[]::new)).join();
        }
        assertThat(many.bytes()).isZero();
    }

    @Test
    void aBodyIsRefusedThatIsTooLongOrHasNoRoom() {
        assertThat(bodies.begin(10).add(new byte[11])).isEqualTo(413);
        HostedBodies.Body first = bodies.begin(9_000);
        assertThat(first.add(new byte[9_000])).isZero();
        HostedBodies.Body second = bodies.begin(9_000);
        assertThat(second.add(new byte[2_000])).isEqualTo(503);
        second.end();
        first.end();
        assertThat(bodies.bytes()).isZero();
    }
}
