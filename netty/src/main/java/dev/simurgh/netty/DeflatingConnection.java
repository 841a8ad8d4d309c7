package dev.simurgh.netty;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.transport.carry.WebSocketTerms;
import io.netty.channel.ChannelHandlerContext;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket connection that has agreed to permessage-deflate. All its messages go out compressed; the client chooses
 * for each of its own.
 *
 * <p>If messages may refer to earlier ones, the connection has a deflater (about 260 KB of native memory) from its
 * first message on, and an inflater (about 40 KB) from the client's first compressed one, until it ends. Otherwise it
 * uses those of its event loop.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-6">RFC 7692, section 6</a>
 */
final class DeflatingConnection extends WebSocketConnection {
    /** RSV1, above an opcode. */
    static final int COMPRESSED = 0x40;

    private static final int FLAGS = 0x70;

    private final DeflateTerms agreed;
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;
    private boolean compressed;
    private long readCompressed;
    private long readInflated;

    DeflatingConnection(FrameLoop frames, WebSocketTerms terms, DeflateTerms agreed) {
        super(frames, terms);
        this.agreed = agreed;
    }

    @Override
    boolean reservedBitsAgreed(int first) {
        int opcode = first & 0x0F;
        // on the first frame of a message only, section 6.1
        compressed = (first & FLAGS) == COMPRESSED && (opcode == FrameWriter.TEXT || opcode == FrameWriter.BINARY);
        return compressed;
    }

    @Override
    void messageReceived(boolean binary, byte[] bytes, int length) {
        if (!compressed) {
            super.messageReceived(binary, bytes, length);
            return;
        }
        compressed = false;
        try {
            Compression compression = frames().compression();
            int limit = terms().maxMessageBytes();
            int inflatedLength = compression.inflate(
                    agreed.clientTakeover() ? inflater() : compression.inflaterAlone(),
                    bytes,
                    length,
                    limit,
                    terms().maxInflationRatio());
            if (inflatedLength == Compression.TOO_BIG || isTooMuch(length, inflatedLength)) {
                violate(CloseCode.TOO_BIG, "inflates to more than " + limit + " bytes, or from too little");
            } else {
                super.messageReceived(binary, compression.inflated(inflatedLength), inflatedLength);
            }
        } catch (DataFormatException e) {
            violate(CloseCode.INVALID_TEXT, "message cannot be inflated");
        }
    }

    /** Counts by the read, too: a message of 80 bytes may become 64 KiB, and a read brings 800 of them. */
    private boolean isTooMuch(int length, int inflatedLength) {
        readCompressed += length;
        readInflated += inflatedLength;
        return readInflated > Math.max(terms().maxMessageBytes(), readCompressed * terms().maxInflationRatio());
    }

    @Override
    void readEnds() {
        readCompressed = 0;
        readInflated = 0;
        super.readEnds();
    }

    @Override
    void queueOwn(Frame frame) {
        queue(frame, deflated(frame.bytes()));
    }

    @Override
    void queueShared(Frame frame) {
        queue(frame, agreed.sharesOutput() ? frames().compression().deflateShared(frame) : deflated(frame.bytes()));
    }

    private void queue(Frame frame, byte[] content) {
        queue((frame.binary() ? FrameWriter.BINARY : FrameWriter.TEXT) | COMPRESSED, content);
    }

    private byte[] deflated(byte[] content) {
        // with a small window nothing is left to refer to
        return agreed.ownTakeover() && agreed.windowBits() == DeflateTerms.MAX_WINDOW_BITS
                ? frames().compression().deflate(deflater(), content)
                : frames().compression().deflateAlone(content, agreed.windowBits());
    }

    private Deflater deflater() {
        Deflater current = deflater == null ? Compression.newDeflater() : deflater;
        deflater = current;
        return current;
    }

    private Inflater inflater() {
        Inflater current = inflater == null ? Compression.newInflater() : inflater;
        inflater = current;
        return current;
    }

    /** Whether it has native memory of its own. */
    boolean holdsMemory() {
        return deflater != null || inflater != null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        super.channelInactive(ctx);
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
