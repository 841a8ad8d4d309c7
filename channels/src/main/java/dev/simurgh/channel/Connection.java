package dev.simurgh.channel;

import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.MalformedMessageException;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: finds the channel for each message that its transport has received. For transports; confined to the
 * transport's event loop.
 *
 * <p>A frame that cannot be decoded hurts no channel: it is answered with an error where its ref can be read, and counted; a
 * client that keeps sending such frames is closed with 1008.
 */
public final class Connection implements Subscriber {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final SocketMount mount;
    private final Serializer serializer;
    private final Transport transport;
    private final Assigns assigns;
    private final @Nullable String id;
    private final Intake intake = new Intake(this);
    private final Map<String, ChannelWire> channels = new HashMap<>(2);
    private @Nullable Subscription idSubscription;
    private int malformed;
    private boolean closing;
    private boolean gone;
    private int liveChannels;
    private volatile boolean over;

    Connection(SocketMount mount, Serializer serializer, Transport transport, Assigns assigns, Optional<String> id) {
        this.mount = mount;
        this.serializer = serializer;
        this.transport = transport;
        this.assigns = assigns;
        this.id = id.orElse(null);
    }

    void opened() {
        endpoint().opened(this);
        if (id != null) {
            idSubscription = endpoint().pubsub().subscribe(id, loop(), this);
        }
    }

    Endpoint endpoint() {
        return mount.endpoint();
    }

    EventLoop loop() {
        return transport.eventLoop();
    }

    /** Runs a task on the event loop, at once if this is it. */
    void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            execute(task);
        }
    }

    /** Runs a task on the event loop, later. If the loop has ended then so has the connection, and nothing is left to do. */
    void execute(Runnable task) {
        try {
            loop().execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("the event loop of a connection to {} has ended", mountPath());
        }
    }

    boolean isClosing() {
        return closing;
    }

    Transport transport() {
        return transport;
    }

    Serializer serializer() {
        return serializer;
    }

    Intake intake() {
        return intake;
    }

    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    String transportName() {
        return transport.name();
    }

    String mountPath() {
        return mount.path();
    }

    /** Takes the content of a text message. The array is handed over. */
    public void textReceived(byte[] bytes, int offset, int length) {
        if (closing) {
            return;
        }
        try {
            received(serializer.decodeText(bytes, offset, length));
        } catch (MalformedMessageException e) {
            malformed(e);
        }
    }

    /** Takes the content of a binary message. The array is handed over. */
    public void binaryReceived(byte[] bytes, int offset, int length) {
        if (closing) {
            return;
        }
        try {
            received(serializer.decodeBinary(bytes, offset, length));
        } catch (MalformedMessageException e) {
            malformed(e);
        }
    }

    /** Hears that the transport has gone, for whatever reason. Called once. */
    public void transportClosed() {
        if (gone) {
            return;
        }
        gone = true;
        end(StopReason.CLOSED);
        endpoint().gone(this);
        overIfSo();
    }

    /** Counts a channel that has ended: its terminate is over, or it was never let in. */
    void channelEnded() {
        liveChannels--;
        endpoint().channelClosed();
        overIfSo();
    }

    private void overIfSo() {
        if (gone && liveChannels == 0) {
            over = true;
            endpoint().over(this);
        }
    }

    /** Whether the transport has gone and all channels have ended. For any thread. */
    boolean isOver() {
        return over;
    }

    private void received(Message message) {
        ChannelWire channel = message.isTopicText() ? channels.get(message.topic()) : null;
        if (message.event().equals(Protocol.PHX_JOIN)) {
            join(message, channel);
        } else if (channel == null) {
            unjoined(message);
        } else if (message.joinRef().isNone() || message.joinRef().equals(channel.joinRef())) {
            channel.received(message);
        }
        // A message of an earlier join is dropped without an answer, as Phoenix does since 1.8.3.
    }

    /** Answers a message to a topic that is not joined, or is so no longer. */
    void unjoined(Message message) {
        boolean text = message.isTopicText() && message.isEventText();
        if (text
                && message.event().equals(Protocol.HEARTBEAT)
                && message.topic().equals(Protocol.PHOENIX)) {
            send(serializer.encodeReply(Ref.NONE, message.ref(), Protocol.PHOENIX, Protocol.OK, Payload.EMPTY));
        } else if (text && message.event().equals(Protocol.PHX_LEAVE)) {
            send(serializer.encodeReply(message.joinRef(), message.ref(), message.topic(), Protocol.OK, Payload.EMPTY));
        } else {
            log.debug(
                    "message {} to {}, which is not joined", LogText.of(message.event()), LogText.of(message.topic()));
            send(serializer.encodeError(message, Ref.NONE, Protocol.UNMATCHED_TOPIC));
        }
    }

    private void join(Message message, @Nullable ChannelWire joined) {
        boolean routable = message.isTopicText() && !message.topic().equals(Protocol.PHOENIX);
        Route route = routable ? mount.spec().route(message.topic()) : null;
        if (route == null) {
            log.debug("join of {}, which no route of {} matches", LogText.of(message.topic()), mountPath());
            send(serializer.encodeError(message, Ref.NONE, Protocol.UNMATCHED_TOPIC));
            return;
        }
        if (joined == null && channels.size() >= mount.spec().maxChannels()) {
            log.warn(
                    "join of {} refused: {} channels joined on one connection",
                    LogText.of(message.topic()),
                    channels.size());
            send(serializer.encodeError(message, message.joinRef(), Protocol.TOO_MANY_CHANNELS));
            return;
        }
        if (joined != null) {
            joined.replaced();
        }
        ChannelWire channel = new ChannelWire(this, route, message, assigns.with(route.assigns()));
        channels.put(channel.topic(), channel);
        liveChannels++;
        endpoint().channelOpened();
        channel.start(joined);
    }

    void remove(ChannelWire channel) {
        channels.remove(channel.topic(), channel);
    }

    boolean inspect(String topic, BiConsumer<Object, Socket> look) {
        ChannelWire channel = channels.get(topic);
        if (channel != null) {
            channel.inspect(look);
        }
        return channel != null;
    }

    private void malformed(MalformedMessageException e) {
        endpoint().listener().malformed(mountPath(), transportName());
        if (e.invalidUtf8()) {
            close(CloseCode.INVALID_TEXT, "", StopReason.DISCONNECTED);
            return;
        }
        log.debug("malformed message on {}: {}", mountPath(), e.getMessage());
        e.readable().ifPresent(message -> send(serializer.encodeError(message, message.joinRef(), Protocol.MALFORMED)));
        if (++malformed > mount.spec().maxMalformed()) {
            log.warn("connection to {} closed after {} malformed messages", mountPath(), malformed);
            close(CloseCode.POLICY_VIOLATION, "too many malformed messages", StopReason.DISCONNECTED);
        }
    }

    /** Hears of broadcasts to the connection's id: {@code disconnect} ends it. */
    @Override
    public void deliver(Broadcast broadcast) {
        if (broadcast.event().equals(Protocol.DISCONNECT)) {
            close(CloseCode.GOING_AWAY, "", StopReason.DISCONNECTED);
        }
    }

    void send(Frame frame) {
        if (!closing) {
            transport.send(frame);
        }
    }

    void sendShared(Frame frame) {
        if (!closing) {
            transport.sendShared(frame);
        }
    }

    void close(int code, String reason, StopReason stop) {
        if (!closing) {
            end(stop);
            transport.close(code, reason);
        }
    }

    private void end(StopReason reason) {
        if (closing) {
            return;
        }
        closing = true;
        if (idSubscription != null) {
            idSubscription.cancel();
        }
        List.copyOf(channels.values()).forEach(channel -> channel.connectionClosed(reason));
        channels.clear();
    }

    Snapshot.ConnectionInfo info() {
        return new Snapshot.ConnectionInfo(
                mountPath(), transport.name(), serializer.version(), id(), List.copyOf(channels.keySet()));
    }
}
