package dev.simurgh.spring.annotated;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NativeDetector;

/**
 * Makes callbacks of method handles. Each is an object of a hidden class of its own, a copy of {@link Answering} or {@link GoingOn} in which
 * the handle is a constant: then the JIT compiler sees through it to the method, as through a lambda. A handle in a field would be called
 * blindly, which costs some 5 ns each time. A native image can define no classes, so there it is in a field.
 *
 * <p>All handles are of the type {@code (Object channel, Object payload, Socket) Object}.
 */
final class Calls {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private Calls() {}

    /** A callback that answers with a Result or JoinResult, or is not asked. */
    static Answered answering(MethodHandle code) {
        return NativeDetector.inNativeImage() ? new Answering(code) : make(Answering.class, Answered.class, code);
    }

    /** A callback that answers with a Next. */
    static GoneOn goingOn(MethodHandle code) {
        return NativeDetector.inNativeImage() ? new GoingOn(code) : make(GoingOn.class, GoneOn.class, code);
    }

    private static <T> T make(Class<? extends T> template, Class<T> type, MethodHandle code) {
        String file = template.getSimpleName() + ".class";
        try (InputStream in = Objects.requireNonNull(template.getResourceAsStream(file), file)) {
            MethodHandles.Lookup hidden = LOOKUP.defineHiddenClassWithClassData(in.readAllBytes(), code, true);
            MethodHandle constructor =
                    hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class, MethodHandle.class));
            return type.cast(constructor.invoke(code));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Throwable e) { // of a constructor that throws nothing
            throw undeclared(e);
        }
    }

    /** The handle of a copy; none of the original. */
    static @Nullable MethodHandle constant(MethodHandles.Lookup copy) {
        try {
            return MethodHandles.classData(copy, "_", MethodHandle.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Handles may throw anything; what the method throws is passed on as it is. */
    static RuntimeException undeclared(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException e ? e : new UndeclaredThrowableException(thrown);
    }
}
