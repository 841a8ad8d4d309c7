package dev.simurgh.netty;

import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/** What TLS, if there is any on a channel, makes different. */
public final class Encryption {
    private Encryption() {}

    /** Tells a failure of the encryption, such as a client that does not know the certificate, or speaks no TLS. */
    public static boolean isToBlame(Throwable cause) {
        return cause instanceof DecoderException && cause.getCause() instanceof IOException;
    }

    /** Ends the server's side of a connection, encrypted or not. */
    @SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
    public static void shutdownOutput(DuplexChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(told -> channel.shutdownOutput());
        }
    }
}
