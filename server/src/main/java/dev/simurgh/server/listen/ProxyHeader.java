package dev.simurgh.server.listen;

import dev.simurgh.channel.spi.ClientLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes what a proxy says of its client, version 1 or 2 of the PROXY protocol, and leaves the pipeline. If the proxy
 * speaks for itself, as in its health checks, the peer is the proxy.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** The most that version 2 may carry besides the addresses; more ends the connection. */
    static final int MAX_EXTRA_BYTES = 1024;

    private static final Logger log = LoggerFactory.getLogger(ProxyHeader.class);

    private final ClientLog clientLog;
    private boolean refused;

    ProxyHeader(ClientLog clientLog) {
        this.clientLog = clientLog;
    }

    /** Tells the handlers behind, as an event of the pipeline, whom the proxy speaks for. */
    public record Client(InetSocketAddress address) {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) throws UnknownHostException {
        if (!(data instanceof HAProxyMessage header)) {
            ctx.fireChannelRead(data);
            return;
        }
        if (refused) {
            header.release(); // in what is left at the end the decoder may find one: this stays, to hear of what
            // fails then
            return;
        }
        try {
            String source = header.sourceAddress();
            byte[] address = source == null ? null : NetUtil.createByteArrayFromIpAddressString(source);
            if (header.command() == HAProxyCommand.PROXY && address != null) {
                ctx.fireUserEventTriggered(
                        new Client(new InetSocketAddress(InetAddress.getByAddress(address), header.sourcePort())));
            }
        } finally {
            header.release();
        }
        ctx.pipeline().remove(this);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof DecoderException)) {
            ctx.fireExceptionCaught(cause);
        } else if (!refused) {
            refused = true; // the decoder fails again at the end of the connection
            clientLog.line(log, Level.WARN, "{} closed (expected: a header of the PROXY protocol)", ctx.channel());
            log.debug("what was wrong with it", cause);
            ctx.close();
        }
    }
}
