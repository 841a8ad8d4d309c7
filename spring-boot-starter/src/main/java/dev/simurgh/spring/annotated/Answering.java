package dev.simurgh.spring.annotated;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Message;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** Calls a handle that answers. {@link Calls} makes hidden copies of this class, so it must name no other part of itself. */
final class Answering implements Answered {
    private static final @Nullable MethodHandle CONSTANT = Calls.constant(MethodHandles.lookup());

    private final MethodHandle code;

    Answering(MethodHandle code) {
        this.code = code;
    }

    private @Nullable Object call(Object channel, @Nullable Object payload, Socket socket) throws Exception {
        try {
            return (Object) (CONSTANT != null ? CONSTANT : code).invokeExact(channel, payload, socket);
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw Calls.undeclared(e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // what is null is the runtime's to refuse
    public JoinResult join(Object channel, Object payload, Socket socket) throws Exception {
        return (JoinResult) call(channel, payload, socket);
    }

    @Override
    @SuppressWarnings("NullAway")
    public JoinResult join(Object channel, Socket socket) throws Exception {
        return (JoinResult) call(channel, null, socket);
    }

    @Override
    @SuppressWarnings("NullAway")
    public Result handle(Object channel, Object payload, Socket socket) throws Exception {
        return (Result) call(channel, payload, socket);
    }

    @Override
    @SuppressWarnings("NullAway")
    public Result handle(Object channel, Socket socket) throws Exception {
        return (Result) call(channel, null, socket);
    }

    @Override
    @SuppressWarnings("NullAway")
    public Result handle(Object channel, Message message, Socket socket) throws Exception {
        return (Result) call(channel, message, socket);
    }

    @Override
    public void terminate(Object channel, StopReason reason, Socket socket) throws Exception {
        call(channel, reason, socket);
    }
}
