package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.PlayChannel.Num;
import dev.simurgh.testkit.PlayChannel.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each assertion has its refutation, which fails where it would pass; and what is asked for is what is meant. */
@ChannelTest
class RefutationsTest {
    private Joined play;

    @BeforeEach
    void join(ChannelCase chat) {
        play = chat.connect(PlayChannel.socket()).subscribeAndJoin("play:1");
    }

    @Test
    void pushes() {
        play.broadcast("shout", new Text("hi"));

        play.refutePush("shout", new Text("ho"))
                .refutePush("shout", Num.class)
                .refutePush("shout", Text.class, text -> text.text().equals("ho"))
                .refutePush("other", Text.class);
        assertThatThrownBy(() -> play.refutePush("shout", new Text("hi")))
                .hasMessageContaining("expected: no shout {\"text\":\"hi\"}\n  got:      shout {\"text\":\"hi\"}");
        assertThatThrownBy(() -> play.refutePush("shout", Text.class))
                .hasMessageContaining("expected: no shout with a Text\n  got:      shout");
        assertThatThrownBy(() -> play.refutePush("shout", Text.class, text -> true))
                .hasMessageContaining("expected: no shout with a Text that matches\n  got:      shout");
        play.assertPush("shout", new Text("hi")).refutePush("shout", Text.class);
    }

    @Test
    void replies() {
        Ref ref = play.push("echo", new Text("hi"));

        play.refuteReply(ref, "error")
                .refuteReply(ref, "ok", new Text("ho"))
                .refuteReply(ref, "ok", Num.class)
                .refuteReply(ref, "error", Text.class)
                .refuteReply(ref, "ok", Text.class, text -> text.text().equals("ho"));
        assertThatThrownBy(() -> play.refuteReply(ref, "ok"))
                .hasMessageContaining("expected: no reply to 2: ok\n  got:      reply to 2: ok");
        assertThatThrownBy(() -> play.refuteReply(ref, "ok", new Text("hi")))
                .hasMessageContaining("expected: no reply to 2: ok {\"text\":\"hi\"}\n  got:");
        assertThatThrownBy(() -> play.refuteReply(ref, "ok", Text.class))
                .hasMessageContaining("expected: no reply to 2: ok with a Text\n  got:");
        assertThatThrownBy(() -> play.refuteReply(ref, "ok", Text.class, text -> true))
                .hasMessageContaining("expected: no reply to 2: ok with a Text that matches\n  got:");
        assertThat(play.assertReply(ref, "ok", Text.class, text -> text.text().equals("hi")))
                .isEqualTo(new Text("hi"));
    }

    @Test
    void broadcasts() {
        play.broadcast("shout", new Text("hi"));

        play.refuteBroadcast("shout", new Text("ho"))
                .refuteBroadcast("shout", Num.class)
                .refuteBroadcast("shout", Text.class, text -> text.text().equals("ho"));
        assertThatThrownBy(() -> play.refuteBroadcast())
                .hasMessageContaining("expected: no broadcast\n  got:      shout");
        assertThatThrownBy(() -> play.refuteBroadcast("shout", new Text("hi")))
                .hasMessageContaining("expected: no shout {\"text\":\"hi\"}\n  got:      shout");
        assertThatThrownBy(() -> play.refuteBroadcast("shout", Text.class))
                .hasMessageContaining("expected: no shout with a Text\n  got:");
        assertThatThrownBy(() -> play.refuteBroadcast("shout", Text.class, text -> true))
                .hasMessageContaining("expected: no shout with a Text that matches\n  got:");
        assertThat(play.assertBroadcast("shout", Text.class, text -> text.text().equals("hi")))
                .isEqualTo(new Text("hi"));
        play.refuteBroadcast();
    }

    @Test
    void ends() {
        play.refuteStopped(StopReason.Kind.LEFT).refuteCrashed();
        play.push("crash");

        play.refuteStopped(StopReason.Kind.LEFT).refuteCrashed(IllegalArgumentException.class);
        assertThatThrownBy(() -> play.refuteStopped(StopReason.Kind.CRASHED))
                .hasMessageContaining("expected: not stopped: CRASHED\n  got:      stopped: CRASHED");
        assertThatThrownBy(play::refuteCrashed)
                .hasMessageContaining("expected: not crashed: Throwable\n"
                        + "  got:      crashed: java.lang.IllegalStateException: as asked")
                .hasRootCauseMessage("as asked");
        assertThatThrownBy(() -> play.assertCrashed(IllegalArgumentException.class))
                .hasMessageContaining("expected: crashed: IllegalArgumentException\n"
                        + "  got:      crashed: java.lang.IllegalStateException: as asked");
        assertThat(play.assertCrashed(IllegalStateException.class)).hasMessage("as asked");
        play.refuteCrashed();
    }

    @Test
    void aClassIsNoPayload(ChannelCase chat) {
        Object type = Num.class;
        String refusal = "payload: class dev.simurgh.testkit.PlayChannel$Num"
                + " (expected: a payload, or the Class as an argument of type Class, for any payload of that class)";

        assertThatThrownBy(() -> play.refutePush("shout", type)).hasMessage(refusal);
        assertThatThrownBy(() -> play.assertPush("shout", type)).hasMessage(refusal);
        assertThatThrownBy(() -> play.assertPushes("shout", type)).hasMessage(refusal);
        assertThatThrownBy(() -> play.refuteBroadcast("shout", type)).hasMessage(refusal);
        assertThatThrownBy(() -> play.refuteReply(play.push("silent"), "ok", type))
                .hasMessage(refusal);
        assertThatThrownBy(() -> play.push("echo", type)).hasMessage(refusal);
        assertThatThrownBy(() -> play.broadcast("shout", Payload.of(type))).hasMessage(refusal);
        assertThatThrownBy(() -> chat.connect(PlayChannel.socket()).join("play:2", type))
                .hasMessage(refusal);
    }

    @Test
    void theClassOfAPayloadIsStrict() {
        play.broadcast("shout", Map.of("number", "1"))
                .broadcast("shout", Map.of("number", 1, "more", 2))
                .broadcast("shout", Map.of())
                .broadcast("shout", Map.of("number", 1.5));

        play.refutePush("shout", Num.class).refuteBroadcast("shout", Num.class);
        assertThatThrownBy(() -> play.assertPush("shout", Num.class))
                .hasMessageContaining("expected: shout with a Num\n")
                .hasMessageContaining("  (as a Num it would be {\"number\":1})\n");
        play.broadcast("shout", Map.of("number", 1));
        assertThat(play.assertPush("shout", Num.class)).isEqualTo(new Num(1));
        assertThat(play.assertBroadcast("shout", Num.class)).isEqualTo(new Num(1));
    }

    record Online(Set<String> users, List<Integer> seats) {}

    @Test
    void aSetHasNoOrderAndAListHas() {
        play.broadcast("online", Payload.json("{\"users\":[\"b\",\"a\",\"zz\",\"c\"],\"seats\":[2,1]}"));

        assertThat(play.assertPush("online", Online.class).seats()).containsExactly(2, 1);
        play.broadcast("online", Payload.json("{\"users\":[\"a\",\"a\"],\"seats\":[]}"));
        play.refutePush("online", Online.class);
    }

    /** Has nothing that a codec would encode. */
    static final class Mute {
        @SuppressWarnings("unused")
        private String text = "";

        public void setText(String text) {
            this.text = text;
        }
    }

    @Test
    void aClassThatIsNotEncodedCannotBeStrict() {
        play.broadcast("shout", new Text("hi"));

        assertThatThrownBy(() -> play.assertPush("shout", Mute.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "type: " + Mute.class.getName() + ", which the codec does not encode, so whether a payload is"
                                + " exactly that cannot be told (expected: a record, or Payload.class, and then"
                                + " payload.as(type, codec))");
    }

    @Test
    void aPredicateThatThrowsIsNoAnswer() {
        play.broadcast("shout", new Text("hi"));

        assertThatThrownBy(() -> play.refutePush("shout", Text.class, RefutationsTest::isBad))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the predicate threw on shout {\"text\":\"hi\"}: java.lang.IllegalStateException: hi")
                .hasRootCauseMessage("hi");
        assertThatThrownBy(() -> play.assertPush("shout", Text.class, RefutationsTest::isBad))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the predicate threw on shout");
        play.assertPush("shout", Text.class, text -> {
            assertThatCode(() -> play.refutePush("other")).doesNotThrowAnyException(); // nor is it called under a lock
            return true;
        });
    }

    private static boolean isBad(Text text) {
        throw new IllegalStateException(text.text());
    }

    @Test
    void refsAreUniqueAndForeignOnesAreRefused(ChannelCase chat) {
        Joined other = chat.connect(PlayChannel.socket()).join("play:1");
        Ref mine = play.push("echo", new Text("mine"));
        Ref others = other.push("echo", new Text("others"));

        assertThat(mine).isNotEqualTo(others);
        String refusal =
                "ref: " + others.text() + " on play:1 (expected: what push or leave of this very join returned)";
        assertThatThrownBy(() -> play.refuteReply(others)).hasMessage(refusal);
        assertThatThrownBy(() -> play.refuteReply(others, "ok", Map.of())).hasMessage(refusal);
        assertThatThrownBy(() -> play.assertReply(others, "ok", Text.class)).hasMessage(refusal);
        assertThatThrownBy(() -> play.refuteReply(Ref.of(mine.text()))).isInstanceOf(IllegalArgumentException.class);
        play.assertReply(mine, "ok", new Text("mine"));
        other.assertReply(others, "ok", new Text("others"));
    }
}
