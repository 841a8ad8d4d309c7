package dev.simurgh.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class a {@link ChannelCase} of its own, as a parameter. Subclasses and {@code @Nested} classes inherit it.
 *
 * <pre>{@code
 * @ChannelTest
 * class RoomChannelTest {
 *     @Test
 *     void theRoomGreets(ChannelCase chat) {
 *         chat.socket("room:*", RoomChannel.spec()).join("room:1").assertPush("hello", Map.of());
 *     }
 * }
 * }</pre>
 *
 * <p>A case that differs from the defaults comes from {@link ChannelCase.Builder#extension}, in a field with {@code @RegisterExtension}, with
 * or without this annotation beside it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(ChannelCase.Extension.class)
public @interface ChannelTest {}
