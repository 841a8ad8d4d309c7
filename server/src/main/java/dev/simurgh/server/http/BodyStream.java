package dev.simurgh.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sends a long body: reads a piece on an executor, writes it, and reads the next once the client has taken it. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through the pipeline
final class BodyStream {
    private static final Logger log = LoggerFactory.getLogger(BodyStream.class);
    private static final int PIECE_BYTES = 64 << 10;

    private final ChannelHandlerContext context;
    private final InputStream body;
    private final Executor executor;
    private final HttpConnection connection;
    /** What the head of the answer has announced, but for what was sent: a file may change its length meanwhile. */
    private long left;

    BodyStream(
            ChannelHandlerContext context,
            InputStream body,
            long length,
            Executor executor,
            HttpConnection connection) {
        this.context = context;
        this.body = body;
        this.executor = executor;
        this.connection = connection;
        this.left = length;
    }

    void start() {
        try {
            executor.execute(this::sendPiece);
        } catch (RejectedExecutionException e) {
            connection.clientLog().line(log, Level.WARN, "{} cut off: no thread for its file", context.channel());
            close();
            context.channel().close();
        }
    }

    void close() {
        try {
            body.close();
        } catch (IOException e) {
            log.debug("file not closed", e);
        }
    }

    private void sendPiece() {
        try {
            byte[] piece = body.readNBytes((int) Math.min(PIECE_BYTES, left));
            left -= piece.length;
            if (piece.length > 0) {
                context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
                        .addListener((ChannelFutureListener) this::pieceSent);
            } else if (left > 0) {
                throw new EOFException("it has become shorter by " + left + " bytes");
            } else {
                close();
                context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                        .addListener((ChannelFutureListener) connection::responded);
            }
        } catch (Throwable thrown) { // an Error leaves no client waiting, either
            connection
                    .clientLog()
                    .failure(log, thrown, "{} cut off: its file cannot be read to the end", context.channel());
            close();
            context.channel().close();
        }
    }

    private void pieceSent(ChannelFuture future) {
        if (future.isSuccess()) {
            connection.responding();
            start();
        } else {
            close();
        }
    }
}
