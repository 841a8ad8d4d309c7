package dev.simurgh.reactor;

import dev.simurgh.netty.Takeover;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * The channel of a request that Reactor Netty makes a WebSocket: once it has answered, what Netty speaks there is replaced by the connection of
 * Simurgh's own server, in the same turn of the event loop.
 */
final class UpgradedChannel {
    private static final Logger log = LoggerFactory.getLogger(UpgradedChannel.class);

    /** Netty's names, in {@code WebSocketServerHandshaker}. */
    private static final String DECODER = "wsdecoder";

    private static final String ENCODER = "wsencoder";

    private UpgradedChannel() {}

    /** Upgrades, on the event loop. Fails if the client is not there any more. */
    static Mono<Void> of(HttpServerResponse response, Channel channel, Takeover takeover) {
        takeover.extensions()
                .ifPresent(agreed -> response.responseHeaders().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, agreed));
        WebsocketServerSpec.Builder spec = WebsocketServerSpec.builder();
        takeover.subprotocol().ifPresent(spec::protocols);
        channel.config().setAutoRead(false); // so that nothing comes between the two
        return response.sendWebsocket(
                (in, out) -> {
                    take(channel, takeover);
                    return Mono.never(); // for Reactor Netty: until the connection ends
                },
                spec.build());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
    private static void take(Channel channel, Takeover takeover) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(DECODER) == null || pipeline.get(ENCODER) == null) {
            log.error(
                    "no WebSocket on {} (expected: handlers {} and {} among {}). Something in the application, or another version of"
                            + " Netty, changes what Reactor Netty's handshake leaves",
                    channel,
                    DECODER,
                    ENCODER,
                    pipeline.names());
            takeover.abandon();
            channel.close();
            return;
        }
        // its memory is what the bound of a server's queues is measured by
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        pipeline.addAfter(DECODER, "simurgh", takeover.handler());
        pipeline.remove(ENCODER);
        try {
            takeover.open();
        } catch (Throwable thrown) { // an Error leaves no connection behind that nobody watches, either
            takeover.abandon();
            pipeline.fireExceptionCaught(thrown);
        }
        channel.flush();
        channel.config().setAutoRead(true); // before the next line: what it hands on may be cause not to read
        pipeline.remove(DECODER);
    }
}
