package dev.simurgh.channel;

import dev.simurgh.protocol.Serializers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * What clients of a socket may ask for, each of them and all together, whatever carries them. Immutable; {@link #defaults} are safe against broken and hostile
 * clients, and out of the way of others. What a server bounds for all clients together is in its own limits.
 *
 * <p>Each time that one is reached is counted as a {@link Limit}, see {@link Endpoint#limitCounts}.
 */
public final class Limits {
    private static final int LEAST_QUEUE_BYTES = 4 << 20;
    private static final int MOST_JSON_DEPTH = 1_000;
    private static final Limits DEFAULTS = builder().build();

    private final int maxMessageBytes;
    private final int maxQueueBytes;
    private final int maxChannels;
    private final int maxNameBytes;
    private final int maxMalformedFrames;
    private final int maxMailboxBytes;
    private final int maxJsonDepth;
    private final int messagesPerSecond;
    private final int bytesPerSecond;
    private final int joinsPerSecond;
    private final Duration joinWithin;
    private final Builder source;

    private Limits(Builder builder) {
        this.maxMessageBytes = builder.maxMessageBytes;
        this.maxQueueBytes = builder.queueBytes();
        this.maxChannels = builder.maxChannels;
        this.maxNameBytes = builder.maxNameBytes;
        this.maxMalformedFrames = builder.maxMalformedFrames;
        this.maxMailboxBytes = builder.maxMailboxBytes;
        this.maxJsonDepth = builder.maxJsonDepth;
        this.messagesPerSecond = builder.messagesPerSecond;
        this.bytesPerSecond = builder.bytesPerSecond;
        this.joinsPerSecond = builder.joinsPerSecond;
        this.joinWithin = builder.joinWithin;
        this.source = builder.copy();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these limits. */
    public Builder toBuilder() {
        return source.copy();
    }

    /** Returns the limits of a socket that is told nothing else. */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /** Returns the size, in bytes, that a client's message may have. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Returns how many bytes of pushes and broadcasts may wait for one client. */
    public int maxQueueBytes() {
        return maxQueueBytes;
    }

    /** Returns how many channels one connection may have. */
    public int maxChannels() {
        return maxChannels;
    }

    /** Returns how long topic, event and refs of a client's message may be, in bytes each. */
    public int maxNameBytes() {
        return maxNameBytes;
    }

    /** Returns how many frames that are no messages one connection may send. */
    public int maxMalformedFrames() {
        return maxMalformedFrames;
    }

    /** Returns how many bytes of what its client pushed may wait for one channel. */
    public int maxMailboxBytes() {
        return maxMailboxBytes;
    }

    /** Returns how deep JSON of a client may be nested. */
    public int maxJsonDepth() {
        return maxJsonDepth;
    }

    /** Returns how many messages one connection may send in a second; {@code Integer.MAX_VALUE} if there is no limit. */
    public int messagesPerSecond() {
        return messagesPerSecond;
    }

    /** Returns how many bytes of messages one connection may send in a second; {@code Integer.MAX_VALUE} if there is no limit. */
    public int bytesPerSecond() {
        return bytesPerSecond;
    }

    /** Returns how many joins all clients together may begin in a second; {@code Integer.MAX_VALUE} if there is no limit. */
    public int joinsPerSecond() {
        return joinsPerSecond;
    }

    /** Returns how long a connection may be without its first join; {@code ChronoUnit.FOREVER}'s duration if there is no limit. */
    public Duration joinWithin() {
        return joinWithin;
    }

    /** Collects the limits; each method says what holds without it. */
    public static final class Builder implements Cloneable {
        private int maxMessageBytes = 1 << 20;
        private int maxQueueBytes; // 0: by maxMessageBytes
        private int maxChannels = 100;
        private int maxNameBytes = 255;
        private int maxMalformedFrames = 10;
        private int maxMailboxBytes = 512 << 10;
        private int maxJsonDepth = Serializers.DEFAULT_MAX_DEPTH;
        private int messagesPerSecond = 2_000;
        private int bytesPerSecond = 16 << 20;
        private int joinsPerSecond = Integer.MAX_VALUE;
        private Duration joinWithin = ChronoUnit.FOREVER.getDuration();

        private Builder() {}

        private Builder copy() {
            try {
                return (Builder) clone(); // so that a new limit cannot be forgotten here
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        /**
         * Limits the size of what a client sends at once, in bytes; default 1 MiB. Over WebSocket it is the payload of a frame, or of a
         * message in several frames: more is refused with 1009, a frame by its header, before its payload has come. Of a compressed message
         * it limits both sizes.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxMessageBytes(int bytes) {
            maxMessageBytes = atLeast("maxMessageBytes", bytes, 1);
            return this;
        }

        /**
         * Limits the bytes of pushes and broadcasts that wait for one client, beyond what the kernel buffers: over it the client counts as
         * too slow, is closed with 1013, and what waits for it is discarded; default four times {@link #maxMessageBytes}, at least 4 MiB.
         * Each write that waits counts about 100 bytes more than its frames. A single frame above the limit goes out if no other such
         * frame waits.
         *
         * <p>What the client asked for or has to be told, such as replies, does not count, and is never refused. If more
         * than the limit waits with it, the client is not read until it has taken half of that.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxQueueBytes(int bytes) {
            maxQueueBytes = atLeast("maxQueueBytes", bytes, 1);
            return this;
        }

        /**
         * Limits how many channels one connection may have; default 100, as Phoenix has it. More are refused. One that has been left or
         * replaced counts until its {@code terminate} is over.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxChannels(int limit) {
            maxChannels = atLeast("maxChannels", limit, 1);
            return this;
        }

        /**
         * Limits how long topic, event, {@code ref} and {@code join_ref} of a client's message may be, in bytes each; default 255, which is
         * what a binary frame has room for. A message over it is answered with the error {@code name too long}.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxNameBytes(int limit) {
            maxNameBytes = atLeast("maxNameBytes", limit, 1);
            return this;
        }

        /**
         * Limits how many frames that cannot be decoded one connection may send before it is closed with 1008; default 10.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder maxMalformedFrames(int limit) {
            maxMalformedFrames = atLeast("maxMalformedFrames", limit, 0);
            return this;
        }

        /**
         * Limits how much of what its client has pushed may wait for one channel, in bytes: frames, with 256 bytes added for each; default
         * 524,288. Pushes over it are answered with the error {@code channel full} and not handled. A single larger one is taken if
         * nothing else waits.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder maxMailboxBytes(int bytes) {
            maxMailboxBytes = atLeast("maxMailboxBytes", bytes, 1);
            return this;
        }

        /**
         * Limits how deep objects and arrays of a client's message may be nested, the message itself included; default 512. A deeper one is
         * malformed. A handler's JSON library follows the nesting on its stack, and most take no more than 1,000.
         *
         * @throws IllegalArgumentException if less than 2, or more than 1,000
         */
        public Builder maxJsonDepth(int levels) {
            if (levels > MOST_JSON_DEPTH) {
                throw new IllegalArgumentException("maxJsonDepth: " + levels + " (expected: at most " + MOST_JSON_DEPTH
                        + ", which is what JSON libraries take)");
            }
            maxJsonDepth = atLeast("maxJsonDepth", levels, 2);
            return this;
        }

        /**
         * Limits how many messages one connection may send in a second, heartbeats, joins and the pings of a WebSocket included; default 2,000. It may save them up for
         * 5 s. Over it the client is not read until a message is due again, and nothing is lost; one that goes on as fast as it is let
         * for 30 s, without a second's rest, is closed with 1008. No limit with {@code Integer.MAX_VALUE}.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder messagesPerSecond(int messages) {
            messagesPerSecond = atLeast("messagesPerSecond", messages, 1);
            return this;
        }

        /**
         * Limits how many bytes of messages one connection may send in a second, inflated if they were compressed; default 16 MiB. Otherwise
         * as {@link #messagesPerSecond}. A single larger message is taken, and paid for by a pause behind it; one that takes more than 30 s to pay
         * for closes the connection.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder bytesPerSecond(int bytes) {
            bytesPerSecond = atLeast("bytesPerSecond", bytes, 1);
            return this;
        }

        /**
         * Limits how many joins all clients of the socket together may begin in a second on this node, those of topics that are joined already
         * included; default no limit, which is {@code Integer.MAX_VALUE}. The joins of one second may come at once. One more is answered with the error
         * {@code too many joins} and {@code retry_after}, in seconds, before any code of the application runs for it. A client that is
         * refused leaves a tenth to others.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder joinsPerSecond(int joins) {
            joinsPerSecond = atLeast("joinsPerSecond", joins, 1);
            return this;
        }

        /**
         * Limits how long a connection may be open before it is let in to its first topic: it is closed with 1008 then; default no limit,
         * which is {@code ChronoUnit.FOREVER}'s duration. While a {@code join} is running it has as long again.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder joinWithin(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("joinWithin: " + time + " (expected: more than zero)");
            }
            joinWithin = time;
            return this;
        }

        /** Makes the limits. */
        public Limits build() {
            return new Limits(this);
        }

        private int queueBytes() {
            return maxQueueBytes == 0
                    ? (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_QUEUE_BYTES, 4L * maxMessageBytes))
                    : maxQueueBytes;
        }

        private static int atLeast(String name, int value, int least) {
            if (value < least) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: at least " + least + ")");
            }
            return value;
        }
    }
}
