package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.journal.Retention;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class UndeclaredTest {
    private record Text(String text) {}

    private static ChannelSpec.Builder<Object> room() {
        return ChannelSpec.builder(Object::new)
                .join((c, s) -> s.topicRest().equals("state") ? JoinResult.ok(new Text("state")) : JoinResult.ok())
                .handleIn("push", Text.class, (c, p, s) -> {
                    s.push(p.text(), p);
                    return Result.ok();
                })
                .handleIn("shout", Text.class, (c, p, s) -> {
                    s.broadcast(p.text(), p);
                    return Result.noReply();
                })
                .handleIn("reply", Text.class, (c, p, s) -> Result.reply(p.text(), p))
                .handleIn("refuse", (c, s) -> Result.error(Map.of("reason", "no")))
                .handleIn("fine", (c, s) -> Result.ok());
    }

    private static ChannelSpec.Builder<Object> declared() {
        return room().joinReplies(Text.class)
                .pushes("declared", Text.class)
                .broadcasts("shouted", Text.class)
                .broadcasts("hidden", Text.class)
                .handleOut("hidden", Text.class, (c, p, s) -> {
                    s.push("hidden", p);
                    return Result.noReply();
                })
                .replies("reply", "teapot", Text.class);
    }

    private static ChannelCase strict() {
        return ChannelCase.builder().requireDeclarations().build();
    }

    @Test
    void whatIsDeclaredIsFine() {
        try (ChannelCase chat = strict()) {
            Joined room = chat.socket("room:*", declared().build()).join("room:state");
            room.push("push", new Text("declared"));
            room.push("shout", new Text("shouted"));
            room.push("reply", new Text("teapot"));
            room.push("refuse");
            room.push("fine");
            room.leave();
        }
    }

    @Test
    void aPushABroadcastAndRepliesThatAreNotDeclaredFailWhereThatIsWanted() {
        ChannelCase chat = strict();
        Joined room = chat.socket("room:*", declared().build()).join("room:1");
        room.push("push", new Text("pushed"));
        room.push("push", new Text("pushed"));
        room.push("shout", new Text("screamed"));
        room.push("shout", new Text("hidden"));
        room.push("reply", new Text("ok"));
        room.push("reply", new Text("coffee"));

        assertThatThrownBy(chat::close).isInstanceOf(AssertionError.class).hasMessage("""
                        said undeclared by the code under test
                          room:*: "pushed" came to a client undeclared (expected: pushes("pushed", …) or broadcasts("pushed", …) in the spec)
                          room:*: "screamed" came to a client undeclared (expected: pushes("screamed", …) or broadcasts("screamed", …) in the spec)
                          room:*: "hidden" came to a client undeclared (expected: pushes("hidden", …) or broadcasts("hidden", …) in the spec)
                          room:*: a reply "ok" to "reply" was undeclared (expected: replies("reply", …) in the spec)
                          room:*: a reply "coffee" to "reply" was undeclared (expected: replies("reply", "coffee", …) in the spec)""");
    }

    @Test
    void aReplyToAJoinThatIsNotDeclaredFails() {
        ChannelCase chat = strict();
        chat.socket("room:*", room().pushes("declared", Text.class).build()).join("room:state");

        assertThatThrownBy(chat::close)
                .hasMessageEndingWith(
                        "room:*: a reply \"ok\" to a join was undeclared (expected: joinReplies(…) in the spec)");
    }

    /** A spec that says what comes back for an event that no {@code handleIn} takes is refused, so nobody may ask for it. */
    @Test
    void whatHandleAnyRepliesNeedsNoDeclaration() {
        try (ChannelCase chat = strict()) {
            Joined room = chat.socket(
                            "room:*",
                            declared()
                                    .handleAny((c, m, s) -> Result.ok(new Text("any")))
                                    .build())
                    .join("room:1");
            room.push("whatever", new Text("x"));
        }
    }

    @Test
    void whoDeclaresNothingIsNotTold() {
        try (ChannelCase chat = strict()) {
            Joined room = chat.socket("room:*", room().build()).join("room:state");
            room.push("push", new Text("pushed"));
            room.push("reply", new Text("ok"));
        }
    }

    @Test
    void positionsOfKeptTopicsNeedNoDeclaration() {
        try (ChannelCase chat = ChannelCase.builder()
                .requireDeclarations()
                .keep(kept -> kept.keep("room:*", Retention.forever()))
                .build()) {
            var client = chat.socket(
                    "room:*", room().broadcasts("shouted", Text.class).build());
            Joined room = client.join("room:1");
            room.push("shout", new Text("shouted"));
            client.resumeFrom(room.position(), "room:1");
        }
    }

    @Test
    void otherwiseItIsLoggedOnceAndInNoCase() {
        String event = "said-" + UUID.randomUUID();
        Logger logger = (Logger) LoggerFactory.getLogger(ChannelCase.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try (ChannelCase hearing = ChannelCase.create()) {
            for (int i = 0; i < 2; i++) {
                try (ChannelCase chat = ChannelCase.create()) {
                    chat.socket("room:*", declared().build()).join("room:1").push("push", new Text(event));
                }
            }
            hearing.logs().refuteLogged(Level.WARN, event);
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsOnlyOnce("room:*: \"" + event
                        + "\" came to a client undeclared (expected: pushes(\"" + event + "\", …) or broadcasts(\""
                        + event
                        + "\", …) in the spec)");
    }
}
