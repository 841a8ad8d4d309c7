package dev.simurgh.spring.annotated;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.AfterJoin;
import dev.simurgh.spring.HandleAny;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleInfo;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Terminate;
import java.lang.annotation.Annotation;
import java.util.Map;

/** What a method of an annotated channel is for. */
public enum HandlerKind {
    /** {@link Join}. */
    JOIN(Join.class, JoinResult.class),
    /** {@link AfterJoin}. */
    AFTER_JOIN(AfterJoin.class, Next.class),
    /** {@link HandleIn}. */
    HANDLE_IN(HandleIn.class, Result.class),
    /** {@link HandleAny}. */
    HANDLE_ANY(HandleAny.class, Result.class),
    /** {@link HandleOut}. */
    HANDLE_OUT(HandleOut.class, Next.class),
    /** {@link HandleInfo}. */
    HANDLE_INFO(HandleInfo.class, Next.class),
    /** {@link Terminate}. */
    TERMINATE(Terminate.class, void.class);

    private static final Map<String, String> FORBIDDEN = Map.of("reason", "forbidden");

    private final Class<? extends Annotation> annotation;
    private final Class<?> answer;

    HandlerKind(Class<? extends Annotation> annotation, Class<?> answer) {
        this.annotation = annotation;
        this.answer = answer;
    }

    /** The annotation that says so. */
    public Class<? extends Annotation> annotation() {
        return annotation;
    }

    /** What the runtime gets of it: {@code JoinResult}, {@code Result} or {@code Next}; {@code void} of {@link #TERMINATE}. */
    public Class<?> answer() {
        return answer;
    }

    /** The answer to a client that may not: an error with the reason {@code forbidden}. What cannot be answered is not done, and that is all. */
    public Object denial() {
        if (answer == JoinResult.class) {
            return JoinResult.error(FORBIDDEN);
        }
        return answer == Result.class ? Result.error(FORBIDDEN) : Result.noReply();
    }

    /** Whether it answers a message of a client, which can be replied to. */
    boolean repliesToClient() {
        return answer == Result.class;
    }

    /** Whether it is for one event. */
    boolean hasEvent() {
        return this == HANDLE_IN || this == HANDLE_OUT;
    }

    /** Its annotation, as users write it. */
    @Override
    public String toString() {
        return "@" + annotation.getSimpleName();
    }
}
