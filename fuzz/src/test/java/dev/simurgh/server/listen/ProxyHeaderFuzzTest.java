package dev.simurgh.server.listen;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.fuzz.Strangers;
import dev.simurgh.jackson.JacksonCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;

/** Any bytes where a proxy's header is expected: it is read, or the connection ends. */
class ProxyHeaderFuzzTest {
    private static final Endpoint ENDPOINT =
            Endpoint.builder().codec(new JacksonCodec()).build();

    @FuzzTest
    void proxyHeader(byte[] data) {
        EmbeddedChannel channel = new EmbeddedChannel(
                new HAProxyMessageDecoder(ProxyHeader.MAX_EXTRA_BYTES),
                new ProxyHeader(ENDPOINT.backstage().clientLog()));
        for (int at = 0; at < data.length && channel.isOpen(); at += 20) {
            channel.writeInbound(Unpooled.copiedBuffer(data, at, Math.min(20, data.length - at)));
        }
        channel.finishAndReleaseAll();
        Strangers.assertNoErrorLogged();
    }
}
