package dev.simurgh.channel.spi;

import dev.simurgh.protocol.CloseCode;

/**
 * One client's connection: what its {@link Transport} tells it of the client. Made by {@link Handshake.Accepted#open}; confined to the
 * transport's event loop.
 *
 * <p>A frame that cannot be decoded hurts no channel: it is answered with an error where its ref can be read, and counted; a
 * client that keeps sending such frames is closed with 1008.
 */
public interface Connection {
    /**
     * Takes the content of a text message. The array is handed over.
     *
     * @return whether it was a message, or came too late to matter; false if it could not be decoded
     */
    boolean textReceived(byte[] bytes, int offset, int length);

    /** As {@link #textReceived}, for a binary message. */
    boolean binaryReceived(byte[] bytes, int offset, int length);

    /** Counts a frame of the client that is for the transport alone, such as a ping, of so many bytes. */
    default void controlReceived(int length) {}

    /**
     * Whether the client has sent more than it may, and is not read for that. How long that lasts is the connection's business: the
     * transport should not judge the client by its silence meanwhile.
     */
    default boolean isHeldToItsRate() {
        return false;
    }

    /** Hears that the client does not take what it asked for: nothing is read from it until {@link #clientCaughtUp}. */
    void clientBehind();

    /** Hears that the client has taken enough to be read again. Harmless when it was not behind. */
    void clientCaughtUp();

    /** Hears that the transport has gone, without a close code. */
    default void transportClosed() {
        transportClosed(CloseCode.BROKEN, "");
    }

    /**
     * Hears that the transport has gone, or will, for a reason that is not this connection's own. Only the first call counts.
     *
     * @param code the close code that the client or the transport chose; {@link CloseCode#NO_CODE} if the client named none
     * @param reason what came with it
     */
    void transportClosed(int code, String reason);
}
