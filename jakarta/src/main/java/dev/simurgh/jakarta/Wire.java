package dev.simurgh.jakarta;

/**
 * A container's WebSocket, as a {@link ContainerConnection} uses it: on its event loop, where none of this may block; {@link #stopReading} and {@link
 * #readOn} on the container's threads, too.
 */
interface Wire {
    /** Hears what has become of something that was sent: once, on any thread, perhaps from within the call that sent it. */
    interface Sent {
        /** It is with the network. */
        void sent();

        /** It is not, and nothing will be any more. */
        void failed(Throwable cause);
    }

    /** Who is at the other end, for logs. */
    String peer();

    /** Sends a message. There is no other until the last one has been told of. */
    void send(Message message, Sent sent);

    /** Sends a ping, soon. A container may wait with it, and so may others' pings, until the client takes it. */
    void ping(byte[] content, Sent sent);

    /** Sends a close frame, behind everything else. The connection ends when the client has answered. */
    void close(int code, String reason);

    /** Ends the connection here and now. */
    void abort();

    /** Whether the connection has ended, if it can be asked. */
    boolean hasEnded();

    /**
     * Reads nothing more from the client until {@link #readOn}.
     *
     * @return whether that can be had
     */
    boolean stopReading();

    /** Reads from the client again. */
    void readOn();
}
