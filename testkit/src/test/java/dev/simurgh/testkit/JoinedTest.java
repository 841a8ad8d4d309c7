package dev.simurgh.testkit;

import static dev.simurgh.testkit.Pushed.pushed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.PlayChannel.Later;
import dev.simurgh.testkit.PlayChannel.Num;
import dev.simurgh.testkit.PlayChannel.Text;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class JoinedTest {
    private Joined play;

    @BeforeEach
    void join(ChannelCase chat) {
        play = chat.connect(PlayChannel.socket()).subscribeAndJoin("play:1");
    }

    @Nested
    class Replies {
        @Test
        void areComparedByValueAndExactly() {
            Ref ref = play.push("echo", Payload.json("{\"b\": 1.0, \"a\": [null, \"\\u00e4\"]}"));

            play.assertReply(ref, "ok", Payload.json("{\"a\":[null,\"ä\"],\"b\":1}"));
            play.refuteReply(ref);
        }

        @Test
        void areComparedFieldByField() {
            Ref ref = play.push("echo", Map.of("text", "hi", "extra", true));

            assertThatThrownBy(() -> play.assertReply(ref, "ok", new Text("hi")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("assertReply on play:1\n  expected: reply to 2: ok {\"text\":\"hi\"}\n"
                            + "  got:      reply to 2: ok {")
                    .hasMessageContaining("\"extra\":true")
                    .hasMessageContaining(
                            "  inbox of play:1:\n    reply to 1: ok {}  (asserted already)\n" + "    reply to 2: ok {");
        }

        @Test
        void haveAStatus() {
            Ref ref = play.push("no");

            assertThatThrownBy(() -> play.assertReply(ref, "ok", new Text("no")))
                    .hasMessageContaining("got:      reply to 2: error {\"text\":\"no\"}");
            play.assertReply(ref, "error", new Text("no"));
        }

        @Test
        void areGivenOutTyped() {
            Ref ref = play.push("echo", new Text("hi"));

            assertThatThrownBy(() -> play.assertReply(ref, "ok", byte[].class))
                    .hasMessageContaining("expected: reply to 2: ok with a byte[]");
            assertThat(play.assertReply(ref, "ok", Text.class)).isEqualTo(new Text("hi"));
        }

        @Test
        void thatAreMissingFail() {
            Ref ref = play.push("silent");

            play.refuteReply(ref);
            assertThatThrownBy(() -> play.assertReply(ref, "ok", Map.of())).hasMessage("""
                            assertReply on play:1
                              expected: reply to 2: ok {}
                              got:      nothing
                              inbox of play:1:
                                reply to 1: ok {}  (asserted already)""");
        }

        @Test
        void thatAreRefutedMustNotBeThere() {
            Ref ref = play.push("no");

            assertThatThrownBy(() -> play.refuteReply(ref))
                    .hasMessageContaining("refuteReply on play:1\n  expected: no reply to 2\n"
                            + "  got:      reply to 2: error {\"text\":\"no\"}\n  inbox of play:1:");
        }

        @Test
        void comeLaterThroughASocketRef() {
            Ref ref = play.push("later");
            play.refuteReply(ref);

            play.send(new Text("now"));

            play.assertReply(ref, "ok", new Text("now"));
        }

        @Test
        void areBinaryIfTheyAre() {
            Ref ref = play.push("echo", new byte[] {1, (byte) 0xff});

            assertThatThrownBy(() -> play.assertReply(ref, "ok", Map.of()))
                    .hasMessageContaining("got:      reply to 2: ok binary 01ff");
            play.assertReply(ref, "ok", new byte[] {1, (byte) 0xff});
        }
    }

    @Nested
    class Pushes {
        @BeforeEach
        void send() {
            play.send(new Num(1)).send(new Num(2)).send(new Num(1));
        }

        @Test
        void areFoundAnywhereAndTaken() {
            play.assertPush("number", new Num(2));
            play.refutePush("number", new Num(2));
            play.assertPush("number", new Num(1)).assertPush("number", new Num(1));
            play.refutePush("number").refutePush();
        }

        @Test
        void areGivenOutTyped() {
            assertThat(play.assertPush("number", Num.class)).isEqualTo(new Num(1));
            assertThat(play.assertPush("number", Num.class, num -> num.number() > 1))
                    .isEqualTo(new Num(2));
            assertThatThrownBy(() -> play.assertPush("number", Num.class, num -> num.number() > 1))
                    .hasMessageContaining(
                            "expected: number with a Num that matches\n  got:      number {\"number\":1}");
            assertThatThrownBy(() -> play.assertPush("number", byte[].class))
                    .hasMessageContaining("expected: number with a byte[]");
        }

        @Test
        void areAllOfTheInboxInOrder() {
            play.assertPushes("number", new Num(1), new Num(2), new Num(1));
            play.assertPushes();
        }

        @Test
        void mayBeOfSeveralEvents() {
            play.broadcast("shout", new Text("hi"));

            play.assertPushes(
                    pushed("number", new Num(1)),
                    pushed("number", new Num(2)),
                    pushed("number", new Num(1)),
                    pushed("shout", new Text("hi")));
        }

        @Test
        void inAnotherOrderOrNumberFail() {
            assertThatThrownBy(() -> play.assertPushes("number", new Num(2), new Num(1), new Num(1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("""
                            assertPushes on play:1
                              expected: number {"number":2}
                                        number {"number":1}
                                        number {"number":1}
                              got:      number {"number":1}
                                        number {"number":2}
                                        number {"number":1}
                              inbox of play:1:
                                reply to 1: ok {}  (asserted already)
                                number {"number":1}
                                number {"number":2}
                                number {"number":1}""");
            assertThatThrownBy(() -> play.assertPushes("number", new Num(1), new Num(2)))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> play.assertPushes("numbers", new Num(1), new Num(2), new Num(1)))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> play.assertPushes()).hasMessageContaining("expected: no push");
        }

        @Test
        void thatAreNotThereFail() {
            assertThatThrownBy(() -> play.assertPush("number", Map.of("number", 1, "x", 1)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("got:      number {\"number\":1}\n            number {\"number\":2}");
            assertThatThrownBy(() -> play.assertPush("other", new Num(1)))
                    .hasMessageContaining("expected: other {\"number\":1}\n  got:      nothing\n  inbox of play:1:");
        }

        @Test
        void thatAreRefutedMustNotBeThere() {
            play.refutePush("other").refutePush("number", new Num(3));
            assertThatThrownBy(() -> play.refutePush()).hasMessageContaining("expected: no push\n  got:      number");
            assertThatThrownBy(() -> play.refutePush("number"))
                    .hasMessageContaining("refutePush on play:1\n  expected: no number\n  got:      number");
            assertThatThrownBy(() -> play.refutePush("number", new Num(2)))
                    .hasMessageContaining(
                            "expected: no number {\"number\":2}\n  got:      number {\"number\":2}\n  inbox");
        }
    }

    @Nested
    class Broadcasts {
        @Test
        void areHeardBeforeTheyAreIntercepted() {
            play.broadcast("number", new Num(1));

            play.refutePush().assertBroadcast("number", new Num(1)).refuteBroadcast("number");
            assertThat(play.channel(PlayChannel.class).numbers).containsExactly(1);
        }

        @Test
        void fromTheTestAreNotHeardByTheTest() {
            play.broadcastFrom("number", new Num(1)).broadcast("number", new Num(2));

            play.assertBroadcast("number", new Num(2)).refuteBroadcast("number");
            play.inspect(
                    PlayChannel.class, channel -> assertThat(channel.numbers).containsExactly(1, 2));
        }

        @Test
        void reachOtherClients(ChannelCase chat) {
            Joined other = chat.connect(PlayChannel.socket()).join("play:1");
            Ref ref = play.push("shout", new Text("hi"));

            play.assertReply(ref, "ok", Map.of());
            assertThat(play.assertBroadcast("shout", Text.class)).isEqualTo(new Text("hi"));
            other.assertPushes("shout", new Text("hi"));
            other.broadcastFrom("shout", new Text("again")).assertPushes("shout", new Text("again"));
        }

        @Test
        void ofOtherTopicsAreHeardBySubscribing(ChannelCase chat) {
            Subscribed news = chat.subscribe("news");
            chat.endpoint().broadcast("news", "flash", new Text("hi"));

            assertThatThrownBy(() -> news.assertBroadcast("flash", new Text("ho")))
                    .hasMessage("""
                            assertBroadcast on broadcasts of news
                              expected: flash {"text":"ho"}
                              got:      flash {"text":"hi"}
                              inbox of broadcasts of news:
                                flash {"text":"hi"}""");
            assertThatThrownBy(() -> news.refuteBroadcast("flash"))
                    .hasMessageContaining("expected: no flash\n  got:      flash {\"text\":\"hi\"}");
            assertThatThrownBy(() -> news.assertBroadcast("flash", byte[].class))
                    .hasMessageContaining("expected: flash with a byte[]");
            news.assertBroadcast("flash", new Text("hi")).refuteBroadcast("flash");
        }

        @Test
        void needASubscription(ChannelCase chat) {
            Joined joined = chat.connect(PlayChannel.socket()).join("play:2");

            assertThatThrownBy(() -> joined.refuteBroadcast("any"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("broadcasts of play:2 after join (expected: subscribeAndJoin instead of join)");
        }
    }

    @Nested
    class Ends {
        @Test
        void byLeaving() {
            Ref ref = play.leave();

            play.assertReply(ref, "ok", Map.of()).assertStopped(StopReason.Kind.LEFT);
        }

        @Test
        void byClosing() {
            play.close();

            play.assertStopped(StopReason.Kind.CLOSED);
        }

        @Test
        void byStopping() {
            play.push("stop");
            play.assertStopped(StopReason.Kind.NORMAL);
            assertThat(play.toString()).contains("phx_close {}");
        }

        @Test
        void forAReasonOfItsOwn() {
            play.send(new Num(-1)).assertStopped(StopReason.Kind.OTHER).assertPushes("number", new Num(-1));
        }

        @Test
        void byCrashing() {
            play.push("crash");

            play.assertStopped(StopReason.Kind.CRASHED);
            assertThatThrownBy(() -> play.refuteStopped())
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("""
                            refuteStopped on play:1
                              expected: joined
                              got:      stopped: CRASHED, java.lang.IllegalStateException: as asked
                              inbox of play:1:
                                reply to 1: ok {}  (asserted already)
                                phx_error {"reason":"channel_crash"}""")
                    .hasRootCauseMessage("as asked");
            assertThatThrownBy(() -> play.send(new Num(1))).hasMessageContaining("send on play:1\n  expected: joined");
            assertThatThrownBy(() -> play.channel(PlayChannel.class)).hasMessageContaining("stopped: CRASHED");
        }

        @Test
        void notYet() {
            play.refuteStopped();
            assertThatThrownBy(() -> play.assertStopped(StopReason.Kind.LEFT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("assertStopped on play:1\n  expected: stopped: LEFT\n  got:      joined\n");
        }

        @Test
        void whenTheClientJoinsAgain(ChannelCase chat) {
            Connected client = chat.connect(PlayChannel.socket());
            Joined first = client.join("play:2");
            Joined second = client.join("play:2");

            first.assertStopped(StopReason.Kind.DUPLICATE_JOIN);
            second.refuteStopped().broadcast("shout", new Text("hi")).assertPushes("shout", new Text("hi"));
            first.refutePush();
        }
    }

    @Test
    void timersFireInOrderAndNoTimeIsLost(ChannelCase chat) {
        play.send(new Later(""));
        play.refutePush();

        chat.clock().advance(Duration.ofMillis(999));
        play.assertPushes("number", new Num(2));
        chat.clock().advance(Duration.ofMillis(1));
        play.assertPushes("number", new Num(1));
    }

    @Test
    void whatALookThrowsIsTheTests() {
        assertThatThrownBy(() -> play.channel(String.class)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> play.inspect(PlayChannel.class, channel -> fail("as asked")))
                .isInstanceOf(AssertionError.class)
                .hasMessage("as asked");
        play.refuteStopped();
        assertThat(play.topic()).isEqualTo("play:1");
    }
}
