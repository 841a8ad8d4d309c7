package dev.simurgh.jakarta;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.server.BlockedHandlers;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Virtual threads wherever there can be some: those of the container, and those of the channels. */
class BlockedHandlersTest {
    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void aThousandCallbacksThatWaitHoldUpNobodyElse(WebContainer.Kind kind) throws ReflectiveOperationException {
        BlockedHandlers blocked = new BlockedHandlers();
        try (Endpoint endpoint = blocked.endpoint();
                WebContainer container = kind.make();
                SimurghServlet servlet =
                        SimurghServlet.builder(endpoint).eventLoops(2).build()) {
            if (Runtime.version().feature() >= 21) {
                container.callOn((Executor) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null));
            }
            container.add("", (classes, context) -> servlet.register(context));
            container.start();
            blocked.check(container.port());
        }
    }
}
