package dev.simurgh.channel.spi;

import dev.simurgh.protocol.Message;

/**
 * Looks at what clients push to the channels of a topic, and what these push and reply to them: {@link Backstage#tap}. Broadcasts that no channel intercepts are not among it:
 * whoever wants those subscribes to the topic. Called on event loops; must be quick and not block. What it throws is logged and hurts nobody.
 */
public interface FrameListener {
    /**
     * Asked first: nothing is decoded for who does not want it.
     *
     * @param bytes of a client's message the length of its payload, of a frame for a client that of the frame
     */
    boolean wants(int bytes);

    /** A message of a client, with its payload still in the frame that it came in. */
    void received(Message message);

    /** What a client is sent, in the form of a message, with its payload still in the frame. */
    void sent(Message message);
}
