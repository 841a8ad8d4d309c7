package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Message;
import dev.simurgh.spring.AfterJoin;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.ChannelOptions;
import dev.simurgh.spring.HandleAny;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleInfo;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Pushes;
import dev.simurgh.spring.Replies;
import dev.simurgh.spring.Terminate;
import dev.simurgh.spring.TopicRest;
import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each mistake has its own message, and all of a class are told at once. */
class WrongChannelsTest {
    record Said(String text) {}

    record Other(String text) {}

    private static List<String> problems(Class<?> type) {
        SimurghConfigurationException e = catchThrowableOfType(
                SimurghConfigurationException.class,
                () -> AnnotatedChannels.spec(type, () -> {
                    throw new IllegalStateException("nobody joins");
                }));
        return List.of(String.valueOf(e.getMessage())
                .replace(type.getName(), "Channel")
                .split("\n", -1));
    }

    @SuppressWarnings("unused")
    static class Parameters {
        @HandleIn("a")
        void a(Said said, Other other) {}

        @HandleIn("b")
        void b(Message message) {}

        @HandleIn("c")
        void c(Optional<Said> said) {}

        @HandleIn("d")
        void d(StopReason reason) {}

        @HandleIn("e")
        void e(@TopicRest int rest) {}

        @HandleAny
        void f(Said said) {}

        @AfterJoin
        void g(Said said) {}

        @Terminate
        void h(Said said) {}

        @HandleOut("i")
        void i(SocketRef ref) {}

        @HandleInfo
        void j(Socket socket) {}

        @HandleInfo
        void k(Map<String, Said> said) {}

        @HandleIn("l")
        <T> void l(List<T> said) {}

        @HandleIn("m")
        void m(Stream<Said> said) {}
    }

    @Test
    void parameters() {
        assertThat(problems(Parameters.class))
                .containsExactly(
                        "Channel.a(Said, Other): two payloads, Said and Other (expected: one parameter for the payload, such as a"
                                + " record of both)",
                        "Channel.b(Message): Message in @HandleIn (expected: in @HandleAny; elsewhere Payload has it as it came)",
                        "Channel.c(Optional<Said>): Optional<Said> (expected: the type in it, since there always is a payload; what"
                                + " may be missing is in a record)",
                        "Channel.d(StopReason): StopReason in @HandleIn (expected: in @Terminate)",
                        "Channel.e(int): @TopicRest of type int (expected: String)",
                        "Channel.f(Said): Said in @HandleAny (expected: Message, whose payload() has an as(type, codec))",
                        "Channel.g(Said): Said in @AfterJoin (expected: no payload; keep what @Join has got in a field)",
                        "Channel.h(Said): Said in @Terminate (expected: StopReason; what is to be remembered is in fields)",
                        "Channel.i(SocketRef): SocketRef in @HandleOut (expected: in @HandleIn or @HandleAny, which answer a"
                                + " client's message)",
                        "Channel.j(Socket): no message (expected: a parameter of the class of the messages that it handles)",
                        "Channel.k(Map<String, Said>): Map<String, Said> in @HandleInfo (expected: a class without type arguments,"
                                + " by which messages are told apart)",
                        "Channel.l(List<T>): List<T>, of which nobody says what it is (expected: a type that the class, or its"
                                + " subclass, names)",
                        "Channel.m(Stream<Said>): Stream<Said> (expected: a record, a list, a map or another type that is all"
                                + " there)");
    }

    @SuppressWarnings("unused")
    static class JoinAnswers {
        @Join
        boolean a() {
            return true;
        }
    }

    @SuppressWarnings("unused")
    static class JoinResults {
        @Join
        Result a() {
            return Result.ok();
        }
    }

    @SuppressWarnings("unused")
    static class JoinLater {
        @Join
        CompletionStage<JoinResult> a() {
            throw new IllegalStateException();
        }
    }

    @SuppressWarnings("unused")
    static class Returns {
        @HandleIn("a")
        JoinResult a() {
            return JoinResult.ok();
        }

        @HandleIn("b")
        Optional<Said> b() {
            return Optional.empty();
        }

        @HandleIn("c")
        Future<Said> c() {
            throw new IllegalStateException();
        }

        @HandleIn("d")
        Flow.Publisher<Said> d() {
            throw new IllegalStateException();
        }

        @HandleIn("e")
        Stream<Said> e() {
            return Stream.empty();
        }

        @HandleIn("f")
        CompletionStage<JoinResult> f() {
            throw new IllegalStateException();
        }

        @HandleOut("g")
        Result g() {
            return Result.ok();
        }

        @HandleInfo
        Said h(Said said) {
            return said;
        }

        @AfterJoin
        Flow.Publisher<Said> i() {
            throw new IllegalStateException();
        }

        @Terminate
        Result j() {
            return Result.ok();
        }
    }

    @Test
    void returnTypes() {
        assertThat(problems(JoinAnswers.class))
                .containsExactly(
                        "Channel.a(): returns boolean (expected: JoinResult, of JoinResult.ok() or JoinResult.error(payload))");
        assertThat(problems(JoinResults.class))
                .containsExactly(
                        "Channel.a(): returns Result (expected: JoinResult, of JoinResult.ok(payload) or JoinResult.error(payload))");
        assertThat(problems(JoinLater.class))
                .containsExactly(
                        "Channel.a(): returns CompletionStage<JoinResult> (expected: JoinResult or a value; a join may block,"
                                + " unless the channel is nonBlocking)");
        String onOrStop =
                " (expected: void, or Next of Result.noReply() or Result.stop(), since no message waits for a reply;"
                        + " socket.push goes to the client)";
        assertThat(problems(Returns.class))
                .containsExactly(
                        "Channel.a(): returns JoinResult (expected: Result, of Result.ok(payload) or Result.error(payload))",
                        "Channel.b(): returns Optional<Said> (expected: a value, or Result.ok(payload) or another, depending on what"
                                + " there is)",
                        "Channel.c(): returns Future<Said> (expected: a CompletionStage such as CompletableFuture, or a value; a"
                                + " handler may block, unless the channel is nonBlocking)",
                        "Channel.d(): returns Publisher<Said> (expected: a CompletionStage, such as of toFuture(), or a value)",
                        "Channel.e(): returns Stream<Said> (expected: a value, or Result.ok(payload) or another, depending on what"
                                + " there is)",
                        "Channel.f(): returns CompletionStage<JoinResult> (expected: Result, of Result.ok(payload) or"
                                + " Result.error(payload))",
                        "Channel.g(): returns Result" + onOrStop,
                        "Channel.h(Said): returns Said" + onOrStop,
                        "Channel.i(): returns Publisher<Said> (expected: what is done when the method returns; nobody would subscribe"
                                + " to it)",
                        "Channel.j(): returns Result (expected: void, since the channel has ended)");
    }

    @SuppressWarnings("unused")
    @ChannelOptions(nonBlocking = true, joinTimeout = "5s")
    @Pushes(event = "a", type = Said.class)
    @Pushes(event = "a", type = Other.class)
    @Pushes(event = "phx_reply", type = Other.class)
    static class Twice {
        @Join
        void a() {}

        @Join
        void b(Said said) {}

        @HandleIn("c")
        void c() {}

        @HandleIn("c")
        void d(Said said) {}

        @HandleInfo
        void e(Said said) {}

        @HandleInfo
        void f(Said said, Socket socket) {}

        @HandleIn("phx_leave")
        void g() {}

        @HandleIn("h")
        @HandleOut("h")
        void h(Said said) {}

        @HandleIn("i")
        static void i() {}

        @HandleOut("j")
        @Replies(Said.class)
        void j() {}

        @HandleIn("k")
        @Replies(Said.class)
        Other k() {
            return new Other("");
        }
    }

    @Test
    void whatIsThereTwiceOrDoesNotGoTogether() {
        assertThat(problems(Twice.class))
                .containsExactlyInAnyOrder(
                        "Channel.h(Said): @HandleIn and @HandleOut (expected: one of them for each method)",
                        "Channel.i(): static (expected: a method of the object that each join has)",
                        "Channel.j(): @Replies with @HandleOut (expected: with @Join or @HandleIn)",
                        "Channel: @Join twice, of a() and b(Said) (expected: one method for each)",
                        "Channel: @HandleIn(\"c\") twice, of c() and d(Said) (expected: one method for each)",
                        "Channel: @HandleInfo of " + Said.class.getName()
                                + " twice, of e(Said) and f(Said, Socket) (expected: one method for each)",
                        "Channel.g(): event: phx_leave (expected: join or terminate instead)",
                        "Channel.k(): replies: \"k\": \"ok\" twice (expected: one type for each; if it is one of several, a sealed type"
                                + " of all)",
                        "Channel: pushes: \"a\" twice (expected: one type for each; if it is one of several, a sealed type of all)",
                        "Channel: pushes: \"phx_reply\" (expected: an event of the application's own)",
                        "Channel: joinTimeout: PT5S with nonBlocking (expected: one of them, since nothing can interrupt an event loop)");
    }

    @SuppressWarnings("unused")
    @ChannelOptions(joinTimeout = "soon")
    static class Timeout {
        @HandleIn("a")
        void a(@Assign("b") Said said, @Assign("c") Optional<Said> other, @TopicRest Integer rest) {}
    }

    @Test
    void values() {
        assertThat(problems(Timeout.class))
                .containsExactly(
                        "Channel.a(Said, Optional<Said>, Integer): @TopicRest of type Integer (expected: String)",
                        "Channel: joinTimeout: soon (expected: more than zero, such as 5s or PT5S)");
    }
}
