package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Next;
import dev.simurgh.channel.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** Calls a handle that goes on or stops. {@link Calls} makes hidden copies of this class, so it must name no other part of itself. */
final class GoingOn implements GoneOn {
    private static final @Nullable MethodHandle CONSTANT = Calls.constant(MethodHandles.lookup());

    private final MethodHandle code;

    GoingOn(MethodHandle code) {
        this.code = code;
    }

    @SuppressWarnings("NullAway") // what is null is the runtime's to refuse
    private Next call(Object channel, @Nullable Object payload, Socket socket) throws Exception {
        try {
            return (Next) (Object) (CONSTANT != null ? CONSTANT : code).invokeExact(channel, payload, socket);
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw Calls.undeclared(e);
        }
    }

    @Override
    public Next handle(Object channel, Object payload, Socket socket) throws Exception {
        return call(channel, payload, socket);
    }

    @Override
    public Next afterJoin(Object channel, Socket socket) throws Exception {
        return call(channel, null, socket);
    }
}
