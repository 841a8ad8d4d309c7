package dev.simurgh.channel;

import dev.simurgh.channel.spi.Transport;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.EventLoop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line to one client: what its connection and its channels have in common. What is sent goes out here, until the line is closed.
 * Sending and closing are for the transport's event loop, everything else for any thread. It knows no channel.
 */
final class Line {
    private final Environment environment;
    private final String mountPath;
    private final Serializer serializer;
    private final Transport transport;
    private final @Nullable String id;
    private final Intake intake;
    private boolean closed;

    Line(Environment environment, String mountPath, Serializer serializer, Transport transport, Optional<String> id) {
        this.environment = environment;
        this.mountPath = mountPath;
        this.serializer = serializer;
        this.transport = transport;
        this.id = id.orElse(null);
        this.intake = new Intake(transport);
    }

    Environment environment() {
        return environment;
    }

    String mountPath() {
        return mountPath;
    }

    Serializer serializer() {
        return serializer;
    }

    Transport transport() {
        return transport;
    }

    String transportName() {
        return transport.name();
    }

    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    Intake intake() {
        return intake;
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
        loop().tryExecute(task);
    }

    /** Sends what the client is owed. */
    void send(Frame frame) {
        if (!closed) {
            transport.send(frame);
        }
    }

    /** Sends what the client did not ask for. */
    void push(Frame frame) {
        if (!closed) {
            transport.push(frame);
        }
    }

    void sendShared(Frame frame) {
        if (!closed) {
            transport.sendShared(frame);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets nothing out any more. */
    void closed() {
        closed = true;
    }

    void closeTransport(int code, String reason) {
        transport.close(code, reason);
    }

    void channelEnded(String topic, Ref joinRef, StopReason reason) {
        transport.channelEnded(topic, joinRef, reason);
    }
}
