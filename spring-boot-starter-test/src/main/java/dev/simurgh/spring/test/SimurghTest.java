package dev.simurgh.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the channels of an application, and nothing else of it: no server, no database. Each test may take a {@link
 * dev.simurgh.testkit.ChannelCase} as a parameter, on the endpoint of the application: everything runs on the thread of the test, and time
 * stands still until its clock is advanced.
 *
 * <pre>{@code
 * @SimurghTest
 * class RoomChannelTest {
 *     @MockitoBean
 *     Rooms rooms;
 *
 *     @Test
 *     void theRoomGreets(ChannelCase chat) {
 *         chat.connect("/socket").join("room:1").assertPush("hello", Map.of());
 *     }
 * }
 * }</pre>
 *
 * <p>Of the components that the application scans, only classes with {@link dev.simurgh.spring.SimurghChannel} are taken. What else they need
 * is mocked, as above, or imported: {@code @Import(SocketConfiguration.class)}. Beans of the application's own class are there.
 *
 * <p>Tests share a context, as all tests of Spring do, and so its endpoint: behind each test all clients are closed, and it fails if a channel has
 * thrown what no assertion asked for. Time goes on from where the test before has left it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(SimurghTestBootstrapper.class)
@ExtendWith({SpringExtension.class, SimurghTestExtension.class})
@OverrideAutoConfiguration(enabled = false)
@ImportAutoConfiguration
public @interface SimurghTest {
    /** The classes of the channels that are there; default all. */
    @AliasFor("channels")
    Class<?>[] value() default {};

    /** The classes of the channels that are there; default all. */
    @AliasFor("value")
    Class<?>[] channels() default {};

    /** Properties, as in {@code application.properties}. */
    String[] properties() default {};
}
