package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Reply;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.spring.AfterJoin;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.Broadcasts;
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
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AliasFor;

@ChannelTest
class AnnotatedChannelTest {
    private static final Assigns.Key<String> USER = Assigns.key("user");

    record Enter(String name) {}

    record Said(String text) {}

    record Stored(long number) {}

    record Tick(int count) {}

    static Joined join(ChannelCase chat, Class<?> type, Map<String, ?> params) {
        return chat.socket("room:*", spec(type), Assigns.of(USER, "ada")).join("room:42", params);
    }

    static Joined join(ChannelCase chat, Class<?> type) {
        return join(chat, type, Map.of("name", "Ada"));
    }

    private static String message(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }

    private static <C> ChannelSpec<C> spec(Class<C> type) {
        return AnnotatedChannels.spec(type, () -> {
            try {
                return type.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Nested
    class Parameters {
        static class Taking {
            final List<String> taken = new ArrayList<>();

            @Join
            JoinResult join(
                    @TopicRest String room,
                    @Assign("user") String user,
                    Socket socket,
                    Enter enter,
                    Assigns assigns,
                    Endpoint endpoint,
                    @Assign("none") Optional<String> none,
                    @Assign("user") Optional<String> some) {
                taken.add(room
                        + user
                        + socket.topic()
                        + enter.name()
                        + assigns.get(USER)
                        + (endpoint == socket.endpoint())
                        + none.isPresent()
                        + some.orElseThrow());
                return JoinResult.ok(new Said(taken.get(0)));
            }

            @HandleIn("swapped")
            @SuppressWarnings("UnusedMethod") // by its annotation
            private Result swapped(Socket socket, Said said) {
                return Result.ok(new Said(said.text() + socket.topicRest()));
            }

            @HandleIn("number")
            Result number(int number) {
                return Result.ok(number + 1);
            }

            @HandleIn("raw")
            protected Payload raw(Payload payload) {
                return payload;
            }

            @HandleIn("bytes")
            public byte[] bytes(byte[] bytes) {
                return bytes;
            }

            @HandleIn("map")
            Map<String, Object> map(Map<String, Object> map) {
                return map;
            }

            @HandleIn("ref")
            void ref(SocketRef ref, Said said) {
                ref.ok(said);
            }

            @HandleIn("none")
            Said none() {
                return new Said("none");
            }

            @HandleAny
            Result any(Socket socket, Message message) {
                return Result.ok(new Said(message.event() + socket.topicRest()));
            }

            @HandleIn("missing")
            Said missing(@Assign("missing") String missing) {
                return new Said(missing);
            }

            @HandleIn("wrong")
            Said wrong(@Assign("user") Integer wrong) {
                return new Said("" + wrong);
            }
        }

        @Test
        void comeInAnyOrder(ChannelCase chat) {
            Joined room = join(chat, Taking.class);

            assertThat(room.reply(Said.class).text()).isEqualTo("42adaroom:42Adaadatruefalseada");
            room.assertReply(room.push("swapped", new Said("a")), "ok", new Said("a42"));
            room.assertReply(room.push("number", 41), "ok", 42);
            room.assertReply(room.push("raw", Map.of("a", 1)), "ok", Map.of("a", 1));
            room.assertReply(room.push("bytes", new byte[] {1, 2}), "ok", new byte[] {1, 2});
            room.assertReply(room.push("map", Map.of("a", List.of(1))), "ok", Map.of("a", List.of(1)));
            room.assertReply(room.push("ref", new Said("b")), "ok", new Said("b"));
            room.assertReply(room.push("none", Map.of()), "ok", new Said("none"));
            room.assertReply(room.push("whatever", Map.of()), "ok", new Said("whatever42"));
        }

        @Test
        void aPayloadThatDoesNotFitIsAnErrorReply(ChannelCase chat) {
            Joined room = join(chat, Taking.class);

            room.assertReply(room.push("swapped", Map.of("text", 7)), "error", Map.of("reason", "invalid payload"));
            room.refuteCrashed();
        }

        @Test
        void anAssignThatIsMissingOrOfAnotherTypeSaysSo(ChannelCase chat) {
            Joined room = join(chat, Taking.class);
            room.push("missing", Map.of());
            room.assertCrashed(RuntimeException.class, e -> message(e).startsWith("assign: missing (expected: one of"));

            Joined other = join(chat, Taking.class);
            other.push("wrong", Map.of());
            other.assertCrashed(
                    ClassCastException.class,
                    e -> message(e)
                            .equals("assign: user of type java.lang.String (expected: java.lang.Integer, as the"
                                    + " parameter with @Assign has it)"));
        }
    }

    @Nested
    class Answers {
        static class Answering {
            final CompletableFuture<Object> later = new CompletableFuture<>();

            @HandleIn("void")
            void nothing() {}

            @HandleIn("result")
            Result result(Said said) {
                return said.text().isEmpty() ? Result.error(Map.of("reason", "empty")) : Result.noReply();
            }

            @HandleIn("reply")
            Reply reply(Said said) {
                return Result.reply("full", said).andStop();
            }

            @HandleIn("stop")
            Next stop() {
                return Result.stop();
            }

            @HandleIn("object")
            Object object(Said said) {
                return said.text().isEmpty() ? Result.error(said) : said;
            }

            @HandleIn("null")
            @SuppressWarnings("NullAway")
            Said nothingAtAll() {
                return null;
            }

            @HandleIn("throws")
            Said failing() throws IOException {
                throw new IOException("disk full");
            }

            @HandleIn("later")
            CompletionStage<Object> later() {
                return later;
            }

            @HandleIn("now")
            CompletableFuture<Said> now() {
                return CompletableFuture.completedFuture(new Said("now"));
            }

            @HandleIn("failed")
            CompletableFuture<Said> failed() {
                return CompletableFuture.failedFuture(new IOException("disk full"));
            }
        }

        @Test
        void areResultsValuesOrNothing(ChannelCase chat) {
            Joined room = join(chat, Answering.class);

            room.refuteReply(room.push("void", Map.of()));
            room.refuteReply(room.push("result", new Said("a")));
            room.assertReply(room.push("result", new Said("")), "error", Map.of("reason", "empty"));
            room.assertReply(room.push("object", new Said("a")), "ok", new Said("a"));
            room.assertReply(room.push("object", new Said("")), "error", new Said(""));
            room.assertReply(room.push("reply", new Said("b")), "full", new Said("b"));
            room.assertStopped(StopReason.Kind.NORMAL);
            Joined other = join(chat, Answering.class);
            other.push("stop", Map.of());
            other.assertStopped(StopReason.Kind.NORMAL);
        }

        @Test
        void whatTheMethodThrowsEndsTheChannelAsItIs(ChannelCase chat) {
            Joined room = join(chat, Answering.class);

            room.push("throws", Map.of());

            room.assertCrashed(IOException.class, e -> message(e).equals("disk full"));
        }

        @Test
        void nullIsNoAnswer(ChannelCase chat) {
            Joined room = join(chat, Answering.class);

            room.push("null", Map.of());

            room.assertCrashed(
                    IllegalStateException.class,
                    e -> message(e)
                            .equals(Answering.class.getName() + ".nothingAtAll returned null (expected: an answer or a"
                                    + " value; Result.noReply() is for none)"));
        }

        @Test
        void aStageRepliesWhenItCompletesAndTheChannelGoesOnMeanwhile(ChannelCase chat) {
            Joined room = join(chat, Answering.class);
            CompletableFuture<Object> later = room.channel(Answering.class).later;

            var first = room.push("later", Map.of());
            var second = room.push("later", Map.of());
            room.refuteReply(first).assertReply(room.push("now", Map.of()), "ok", new Said("now"));
            later.complete(new Said("later"));

            room.assertReply(first, "ok", new Said("later")).assertReply(second, "ok", new Said("later"));
        }

        @Test
        void aStageMayCarryAnyResult(ChannelCase chat) {
            Joined room = join(chat, Answering.class);

            var ref = room.push("later", Map.of());
            room.channel(Answering.class)
                    .later
                    .complete(Result.reply("full", new Said("x")).andStop());

            room.assertReply(ref, "full", new Said("x")).assertStopped(StopReason.Kind.NORMAL);
        }

        @Test
        void aStageThatFailsIsACrash(ChannelCase chat) {
            Joined room = join(chat, Answering.class);
            room.push("failed", Map.of());
            room.assertCrashed(IOException.class, e -> message(e).equals("disk full"));

            Joined other = join(chat, Answering.class);
            other.push("later", Map.of());
            other.channel(Answering.class).later.completeExceptionally(new IOException("later"));
            other.assertCrashed(IOException.class, e -> message(e).equals("later"));
        }

        @Test
        void aStageThatCompletesBehindTheEndIsForgotten(ChannelCase chat) {
            Joined room = join(chat, Answering.class);
            CompletableFuture<Object> later = room.channel(Answering.class).later;

            var ref = room.push("later", Map.of());
            room.leave();
            later.completeExceptionally(new IOException("later"));

            room.refuteReply(ref).refuteCrashed();
        }
    }

    /** What says nothing of what it returns is looked at when it has returned. */
    @Nested
    class Anything {
        static class Any {
            Object returned = new Said("a");

            @HandleIn("any")
            Object any() {
                return returned;
            }
        }

        @Test
        void isAValueOrAnAnswerOrAStage(ChannelCase chat) {
            Joined room = join(chat, Any.class);
            for (Object answer : List.of(
                    new Said("a"), Result.ok(new Said("a")), CompletableFuture.completedFuture(new Said("a")))) {
                room.channel(Any.class).returned = answer;
                room.assertReply(room.push("any", Map.of()), "ok", new Said("a"));
            }
        }

        @Test
        void butNoneThatHoldsIt(ChannelCase chat) {
            Map<Object, String> wrong = Map.of(
                    Optional.empty(),
                    "java.util.Optional (expected: a value, or Result.ok(payload) or another, depending on what there is)",
                    reactor.core.publisher.Mono.just("a"),
                    "reactor.core.publisher.MonoJust (expected: a CompletionStage, such as of toFuture(), or a value)");
            wrong.forEach((returned, told) -> {
                Joined room = join(chat, Any.class);
                room.channel(Any.class).returned = returned;
                room.push("any", Map.of());
                room.assertCrashed(
                        IllegalStateException.class,
                        e -> message(e).equals(Any.class.getName() + ".any returned " + told));
            });
        }
    }

    @Nested
    class Joins {
        static class ByValue {
            @Join
            Stored join(Enter enter) {
                return new Stored(enter.name().length());
            }
        }

        static class ByNothing {
            boolean asked;

            @Join
            void join() {
                asked = true;
            }
        }

        static class Refusing {
            @Join
            JoinResult join() {
                return JoinResult.error(Map.of("reason", "full"));
            }
        }

        static class Silent {}

        @Test
        void replyAValueOrNothing(ChannelCase chat) {
            assertThat(join(chat, ByValue.class).reply(Stored.class)).isEqualTo(new Stored(3));
            assertThat(join(chat, ByNothing.class).channel(ByNothing.class).asked)
                    .isTrue();
            chat.socket("room:*", spec(Refusing.class)).tryJoin("room:1").assertError(Map.of("reason", "full"));
            join(chat, Silent.class).channel(Silent.class);
        }
    }

    @Nested
    class TheRest {
        interface Ticking {
            @HandleInfo
            default void tick(Tick tick, Socket socket) {
                socket.push("tick", tick);
            }
        }

        static class Base<T> {
            @Nullable
            T last;

            @HandleIn("keep")
            T keep(T value) {
                last = value;
                return value;
            }

            @HandleIn("overridden")
            Said overridden() {
                return new Said("base");
            }
        }

        @HandleIn("composed")
        @Retention(RetentionPolicy.RUNTIME)
        @interface Composed {
            @AliasFor(annotation = HandleIn.class, attribute = "value")
            String value() default "composed";
        }

        static class Whole extends Base<Said> implements Ticking {
            final List<Object> heard = new ArrayList<>();

            @AfterJoin
            void afterJoin(Socket socket) {
                socket.push("welcome", new Said("hi"));
                socket.subscribe("news");
            }

            @Override
            Said overridden() {
                return new Said("mine");
            }

            @Composed
            Said composed() {
                return new Said("composed");
            }

            @Composed("other")
            Said other() {
                return new Said("other");
            }

            @HandleOut("said")
            void said(Said said, Socket socket) {
                socket.push("said", new Said(said.text() + "!"));
            }

            @HandleOut("bare")
            Next bare(Socket socket) {
                socket.push("bare", Map.of());
                return Result.noReply();
            }

            @HandleInfo
            void everything(Object message) {
                heard.add(message);
            }

            @HandleInfo
            void news(Broadcast news, Socket socket) {
                socket.push("news", news.payload());
            }

            @HandleInfo
            Next number(Number number) {
                heard.add("number");
                return Result.noReply();
            }

            @HandleInfo
            Next integer(Integer number) {
                heard.add("integer");
                return Result.stop();
            }

            @Terminate
            void terminate(StopReason reason, Socket socket) {
                heard.add(reason.kind());
                socket.push("bye", Map.of());
            }
        }

        @Test
        void allCallbacksAreCalled(ChannelCase chat) {
            Joined room = join(chat, Whole.class);
            Whole whole = room.channel(Whole.class);

            room.assertPush("welcome", new Said("hi"));
            room.broadcast("said", new Said("a")).assertPush("said", new Said("a!"));
            room.broadcast("bare", Map.of()).assertPush("bare", Map.of());
            chat.endpoint().broadcast("news", "flash", new Said("news"));
            room.assertPush("news", new Said("news"));
            room.send(new Tick(1)).assertPush("tick", new Tick(1));
            room.send("text").send(1.5).send(7);
            room.assertStopped(StopReason.Kind.NORMAL).assertPush("bye", Map.of());

            assertThat(whole.heard).containsExactly("text", "number", "integer", StopReason.Kind.NORMAL);
        }

        @Test
        void methodsAreInheritedWithTheirTypesAndComposed(ChannelCase chat) {
            Joined room = join(chat, Whole.class);

            room.assertReply(room.push("keep", new Said("a")), "ok", new Said("a"));
            room.assertReply(room.push("overridden", Map.of()), "ok", new Said("mine"));
            room.assertReply(room.push("composed", Map.of()), "ok", new Said("composed"));
            room.assertReply(room.push("other", Map.of()), "ok", new Said("other"));
            assertThat(room.channel(Whole.class).last).isEqualTo(new Said("a"));
        }
    }

    @Nested
    class Declarations {
        @ChannelOptions(nonBlocking = true, subscribeFirst = true, quiet = true)
        @Pushes(event = "tick", type = Tick.class)
        @Pushes(event = "image", type = byte[].class)
        @Broadcasts(event = "said", type = Said.class)
        static class Declared {
            @Join
            Stored join(Enter enter) {
                return new Stored(1);
            }

            @HandleIn("say")
            @Replies(Stored.class)
            @Replies(value = Said.class, status = "full")
            Result say(Said said) {
                return Result.ok(new Stored(1));
            }

            @HandleIn("list")
            List<Stored> list() {
                return List.of();
            }

            @HandleIn("later")
            @Replies(value = Said.class, status = "error")
            CompletionStage<Stored> later() {
                return CompletableFuture.completedFuture(new Stored(1));
            }

            @HandleIn("quiet")
            void quiet(Said said) {}

            @HandleOut("said")
            void said(Said said) {}

            @HandleAny
            void any() {}
        }

        @Test
        void comeFromTypesAndAnnotations() throws NoSuchMethodException {
            ChannelSpec<Declared> spec = spec(Declared.class);
            var protocol = spec.protocol();

            assertThat(spec.isNonBlocking()).isTrue();
            assertThat(protocol.joinParams()).isEqualTo(Enter.class);
            assertThat(protocol.joinReplies()).isEqualTo(Map.of("ok", Stored.class));
            assertThat(protocol.events())
                    .isEqualTo(Map.of("say", Said.class, "list", void.class, "later", void.class, "quiet", Said.class));
            assertThat(protocol.takesAnyEvent()).isTrue();
            assertThat(protocol.replies("say")).isEqualTo(Map.of("ok", Stored.class, "full", Said.class));
            assertThat(protocol.replies("list"))
                    .isEqualTo(Map.of(
                            "ok", Declared.class.getDeclaredMethod("list").getGenericReturnType()));
            assertThat(protocol.replies("later")).isEqualTo(Map.of("ok", Stored.class, "error", Said.class));
            assertThat(protocol.replies("quiet")).isEmpty();
            assertThat(protocol.intercepts()).isEqualTo(Map.of("said", Said.class));
            assertThat(protocol.pushes()).isEqualTo(Map.of("tick", Tick.class, "image", byte[].class));
            assertThat(protocol.broadcasts()).isEqualTo(Map.of("said", Said.class));
        }
    }
}
