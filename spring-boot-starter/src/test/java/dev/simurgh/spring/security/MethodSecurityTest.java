package dev.simurgh.spring.security;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.annotated.AnnotatedChannels;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;

/** A denial is the same answer, whichever way it comes. */
@ChannelTest
class MethodSecurityTest {
    private static AccessDeniedException denied() {
        return new AccessDeniedException("no");
    }

    @SimurghChannel("room")
    static class Room {
        final CompletableFuture<Object> later = new CompletableFuture<>();

        @HandleIn("thrown")
        void thrown() {
            throw denied();
        }

        @HandleIn("joined")
        void joined() {
            CompletableFuture.failedFuture(denied()).join();
        }

        @HandleIn("got")
        void got() throws Exception {
            CompletableFuture.failedFuture(denied()).get();
        }

        @HandleIn("failed")
        CompletionStage<Result> failed() {
            return CompletableFuture.failedFuture(denied());
        }

        @HandleIn("later")
        CompletionStage<Object> later() {
            return later.thenApply(value -> value); // wraps what it fails with
        }

        @HandleIn("down")
        void down() {
            throw MethodSecurityTest.down();
        }

        @HandleIn("down later")
        CompletionStage<Object> downLater() {
            return CompletableFuture.failedFuture(MethodSecurityTest.down());
        }

        @HandleIn("other")
        CompletionStage<Object> other() {
            return CompletableFuture.failedFuture(new IllegalStateException("other"));
        }
    }

    /** Who keeps the users does not answer: that is no denial. */
    private static AuthenticationServiceException down() {
        return new AuthenticationServiceException("down");
    }

    private AnnotationConfigApplicationContext context;

    MethodSecurityTest() {
        context = new AnnotationConfigApplicationContext();
    }

    @BeforeEach
    void start() {
        context.register(Room.class);
        context.registerBean(
                AuthorizationAdvisor.class, () -> AuthorizationManagerBeforeMethodInterceptor.preAuthorize());
        context.registerBean(
                MethodSecurity.class, () -> new MethodSecurity(context.getBeanProvider(AuthorizationAdvisor.class)));
        context.refresh();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private Joined join(ChannelCase chat) {
        return chat.socket(
                        "room",
                        AnnotatedChannels.of(context.getBeanFactory()).get(0).spec(),
                        Assigns.EMPTY)
                .join("room");
    }

    @Test
    void thrownOrFailedWithNowOrLaterAndWrapped(ChannelCase chat) {
        Joined room = join(chat);
        for (String event : List.of("thrown", "joined", "got", "failed")) {
            room.assertReply(room.push(event, Map.of()), "error", Map.of("reason", "forbidden"));
        }
        var ref = room.push("later", Map.of());
        room.refuteReply(ref);
        room.channel(Room.class)
                .later
                .completeExceptionally(new CompletionException(
                        new ExecutionException(new AuthenticationCredentialsNotFoundException("nobody"))));
        room.assertReply(ref, "error", Map.of("reason", "forbidden"));
        room.refuteCrashed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "down later"})
    void thatNobodyCanTellIsNoDenial(String event, ChannelCase chat) {
        Joined room = join(chat);
        room.push(event, Map.of());
        room.assertCrashed(AuthenticationServiceException.class);
    }

    @Test
    void anyOtherFailureEndsTheChannel(ChannelCase chat) {
        Joined room = join(chat);
        room.push("other", Map.of());
        room.assertCrashed(IllegalStateException.class);
    }
}
