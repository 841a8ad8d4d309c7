package dev.simurgh.asyncapi;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Channels with payloads of every shape. */
public final class Showcase {
    private Showcase() {}

    /** What clients join with. */
    public record Enter(String name) {}

    /** Colours. */
    public enum Colour {
        RED,
        @JsonProperty("light-green")
        GREEN
    }

    /** A class with one value. */
    public record Name(@JsonValue String value) {}

    /** Numbers of all sizes. */
    public record Numbers(
            int i,
            long l,
            double d,
            @Nullable Integer boxed,
            BigInteger bigInteger,
            BigDecimal bigDecimal,
            OptionalInt optional) {}

    /** Times and the like. */
    public record Times(
            Instant instant,
            LocalDate day,
            Duration duration,
            Date date,
            UUID uuid,
            URI uri,
            Locale locale,
            @JsonFormat(shape = JsonFormat.Shape.NUMBER) Instant seconds) {}

    /** A page of something. */
    public record Page<T>(List<T> items, Optional<String> next) {}

    /** One of several, told apart by a property. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Circle.class, name = "circle"),
        @JsonSubTypes.Type(value = Square.class, name = "square")
    })
    public sealed interface Shape {}

    /** One shape. */
    public record Circle(double radius) implements Shape {}

    /** Another. */
    public record Square(double side) implements Shape {}

    /** One of several that are not told apart. */
    public sealed interface News {}

    /** One. */
    public record Came(String who) implements News {}

    /** Another. */
    public record Went(String whom, boolean forEver) implements News {}

    /** Refers to itself. */
    public record Tree(
            String name, List<Tree> children, @Nullable Tree parent) {}

    /** What stands in another. */
    public record Inner(int width, int height) {}

    /** All sorts of properties. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Everything(
            @JsonProperty("user_id") long userId,
            @JsonIgnore String secret,
            @Nullable String nickname,
            Optional<Text> first,
            dev.simurgh.asyncapi.other.Text second,
            List<String> list,
            Set<Colour> colours,
            String[] array,
            List<@Nullable Numbers> numbers,
            Map<String, Inner> map,
            Map<Colour, Integer> byColour,
            Map<?, ?> anyMap,
            Object anything,
            JsonNode node,
            Name name,
            byte[] bytes,
            boolean yes,
            char letter,
            @JsonProperty("not-a-name") String quoted,
            @JsonProperty("class") String reserved,
            Page<Text> page,
            Page<Inner> otherPage,
            Tree tree,
            Times times,
            Shape shape,
            @JsonUnwrapped Inner inner) {}

    /** A bean. */
    public static final class Bean {
        private int count;

        /** Written and read. */
        public int getCount() {
            return count;
        }

        /** Read. */
        public void setCount(int count) {
            this.count = count;
        }

        /** Only written. */
        public int getTwice() {
            return 2 * count;
        }
    }

    /** A record with something more that is written. */
    public record Sum(int a, int b) {
        /** Only written. */
        public int getSum() {
            return a + b;
        }
    }

    /** With a secret that is only read. */
    public record Login(
            String user,

            @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
            String password) {}

    /** Nothing in it. */
    public record Blank() {}

    /** A name that TypeScript has taken. */
    public record Push(String what) {}

    /** The sockets. */
    public static EndpointProtocol.Builder protocol() {
        SocketSpec socket = SocketSpec.builder()
                .channel("every:lobby", ChannelSpec.builder(Object::new).build())
                .channel("every:*", everything())
                .channel("`${odd}\\\"\n'*".replace("{", "").replace("}", ""), odd())
                .channel("any", any())
                .build();
        return EndpointProtocol.builder()
                .socket("/socket", socket)
                .socket("/again", socket)
                .socket("/empty", SocketSpec.builder().build())
                .title("Showcase")
                .version("2.1.0");
    }

    private static ChannelSpec<Object> everything() {
        return ChannelSpec.builder(Object::new)
                .join(Enter.class, (c, p, s) -> JoinResult.ok())
                .joinReplies(Everything.class)
                .handleIn("shout", Text.class, (c, p, s) -> Result.ok())
                .replies("shout", Numbers.class)
                .replies("shout", "teapot", Inner.class)
                .replies("shout", "error", Text.class)
                .handleIn("bytes", byte[].class, (c, p, s) -> Result.ok())
                .replies("bytes", byte[].class)
                .handleIn("nothing", (c, s) -> Result.ok())
                .replies("nothing", void.class)
                .handleIn("raw", Payload.class, (c, p, s) -> Result.ok())
                .handleIn("map", Map.class, (c, p, s) -> Result.ok())
                .handleIn("number", int.class, (c, p, s) -> Result.ok())
                .handleIn("shape", Shape.class, (c, p, s) -> Result.ok())
                .handleIn("tree", Tree.class, (c, p, s) -> Result.ok())
                .handleIn("bean", Bean.class, (c, p, s) -> Result.ok())
                .handleIn("sum", Sum.class, (c, p, s) -> Result.ok())
                .replies("sum", Sum.class)
                .handleIn("login", Login.class, (c, p, s) -> Result.ok())
                .handleIn("blank", Blank.class, (c, p, s) -> Result.ok())
                .handleIn("push", Push.class, (c, p, s) -> Result.ok())
                .handleIn("numbers", Numbers.class, (c, p, s) -> Result.ok())
                .pushes("news", News.class)
                .pushes("list", List.class)
                .pushes("image", byte[].class)
                .pushes("hidden", Numbers.class)
                .pushes("empty", void.class)
                .broadcasts("shouted", Text.class)
                .broadcasts("other", dev.simurgh.asyncapi.other.Text.class)
                .broadcasts("hidden", Text.class)
                .broadcasts("unseen", Text.class)
                .handleOut("hidden", Text.class, (c, p, s) -> Result.noReply())
                .handleOut("unseen", Text.class, (c, p, s) -> Result.noReply())
                .build();
    }

    private static ChannelSpec<Object> odd() {
        return ChannelSpec.builder(Object::new)
                .handleIn("a \"b\" \\ /~ \n ${c} é", Text.class, (c, p, s) -> Result.ok())
                .handleIn("class", Text.class, (c, p, s) -> Result.ok())
                .handleIn("__proto__", Text.class, (c, p, s) -> Result.ok())
                .pushes("phx_odd", Text.class)
                .pushes("a.b", Text.class)
                .pushes("a_b", Text.class)
                .pushes("a/b", Text.class)
                .build();
    }

    private static ChannelSpec<Object> any() {
        return ChannelSpec.builder(Object::new)
                .handleIn("known", Text.class, (c, p, s) -> Result.ok())
                .handleAny((c, m, s) -> Result.ok())
                .build();
    }
}
