package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.TrackResult;
import dev.simurgh.transport.ServerLimits;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of limits has all there are. */
class LimitsTableTest {
    private static final String PAGE = Block.read(Block.ROOT.resolve("docs/reference/limits.md"));
    private static final List<TrackResult.Refusal> NO_LIMIT_REACHED =
            List.of(TrackResult.Refusal.ALREADY_TRACKED, TrackResult.Refusal.NOT_TRACKED, TrackResult.Refusal.ENDED);
    private static final List<String> NO_LIMITS = List.of("build", "toBuilder", "defaults", "builder");

    @Test
    void everyCountIsInTheTable() {
        assertThat(Limit.values()).allSatisfy(limit -> assertThat(PAGE).contains("`" + limit.name() + "`"));
    }

    @Test
    void everyOptionIsInTheTable() {
        assertThat(Stream.of(Limits.class, ServerLimits.class)
                        .flatMap(limits -> Stream.of(limits.getDeclaredMethods()))
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name -> !NO_LIMITS.contains(name)))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(PAGE).contains("`" + name + "`"));
    }

    @Test
    void everyRefusalAndLimitOfAPresenceIsInTheTable() {
        assertThat(Stream.of(TrackResult.Refusal.values()).filter(why -> !NO_LIMIT_REACHED.contains(why)))
                .hasSize(5)
                .allSatisfy(why -> assertThat(PAGE).contains("| `" + why.name() + "` |", "`" + why.reason() + "`"));
        assertThat(Stream.of(Presence.Builder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name -> name.matches("(max(?!Copy)|changesPer).*")))
                .hasSize(6)
                .allSatisfy(name -> assertThat(PAGE).contains("| `" + name + "`"));
    }
}
