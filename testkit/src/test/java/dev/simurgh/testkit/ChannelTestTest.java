package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Which case a test gets, from whichever of the extensions around it. */
class ChannelTestTest {
    private static EngineExecutionResults run(Class<?>... tests) {
        EngineTestKit.Builder kit = EngineTestKit.engine("junit-jupiter");
        for (Class<?> each : tests) {
            kit.selectors(selectClass(each));
        }
        return kit.execute();
    }

    private static void green(int tests, Class<?> type) {
        run(type)
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(tests).failed(0).aborted(0));
        run(type).containerEvents().assertStatistics(stats -> stats.failed(0).aborted(0));
    }

    private static ChannelCase.Extension named(String node) {
        return ChannelCase.builder()
                .endpoint(endpoint -> endpoint.nodeName(node))
                .extension();
    }

    private static void assertNode(String name, ChannelCase chat) {
        assertThat(chat.endpoint().node().self()).isEqualTo(name);
    }

    private static final String UNNAMED = ChannelCase.create().endpoint().node().self();

    @ChannelTest
    abstract static class Base {
        @BeforeEach
        void before(ChannelCase chat) {
            chat.socket("play:*", PlayChannel.spec());
        }
    }

    @Test
    void subclassesAndNestedClassesInheritIt() {
        green(2, Inherits.class);
    }

    static final class Inherits extends Base {
        @Test
        void one(ChannelCase chat) {
            assertNode(UNNAMED, chat);
        }

        @Nested
        class Inner {
            @Test
            void two(ChannelCase chat) {
                assertNode(UNNAMED, chat);
            }
        }
    }

    @Test
    void settingsOfASubclassCount() {
        green(2, StaticSettings.class);
        green(2, InstanceSettings.class);
        green(1, SharedInstance.class);
        green(1, BaseWithExtendWith.class);
    }

    static final class StaticSettings extends Base {
        @RegisterExtension
        static final ChannelCase.Extension KIT = named("static@host");

        @Test
        void one(ChannelCase chat) {
            assertNode("static@host", chat);
        }

        @Nested
        class Inner {
            @AfterEach
            void after(ChannelCase chat) {
                assertNode("static@host", chat);
            }

            @Test
            void two(ChannelCase chat) {
                assertNode("static@host", chat);
            }
        }
    }

    static final class InstanceSettings extends Base {
        @RegisterExtension
        final ChannelCase.Extension kit = named("instance@host");

        @Test
        void one(ChannelCase chat) {
            assertNode("instance@host", chat);
        }

        @Nested
        class Inner {
            @Test
            void two(ChannelCase chat) {
                assertNode("instance@host", chat);
            }
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static final class SharedInstance extends Base {
        @RegisterExtension
        final ChannelCase.Extension kit = named("instance@host");

        @Test
        void one(ChannelCase chat) {
            assertNode("instance@host", chat);
        }
    }

    @ExtendWith(ChannelCase.Extension.class)
    abstract static class Extended {}

    static final class BaseWithExtendWith extends Extended {
        @RegisterExtension
        static final ChannelCase.Extension KIT = named("static@host");

        @Test
        void one(ChannelCase chat) {
            assertNode("static@host", chat);
        }
    }

    @Test
    void theAnnotationDoesNotUndoSettings() {
        green(1, SettingsOfTheBase.class);
    }

    abstract static class Settled {
        @RegisterExtension
        static final ChannelCase.Extension BASE = named("base@host");
    }

    @ChannelTest
    static final class SettingsOfTheBase extends Settled {
        @Test
        void one(ChannelCase chat) {
            assertNode("base@host", chat);
        }
    }

    @Test
    void theInnermostSettingsCount() {
        green(2, SettingsTwice.class);
    }

    static final class SettingsTwice extends Settled {
        @RegisterExtension
        static final ChannelCase.Extension KIT = named("sub@host");

        @Test
        void one(ChannelCase chat) {
            assertNode("sub@host", chat);
        }

        @Nested
        class Inner {
            @RegisterExtension
            final ChannelCase.Extension inner = named("inner@host");

            @Test
            void two(ChannelCase chat) {
                assertNode("inner@host", chat);
            }
        }
    }

    @Test
    void aTestHasOneCase() {
        run(Two.class)
                .testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        finishedWithFailure(
                                instanceOf(ParameterResolutionException.class),
                                message(text -> text.contains("ChannelCase: several parameters of void ")
                                        && text.contains("Two.both(")
                                        && text.endsWith("(expected: one, since a test has one case; others come from"
                                                + " ChannelCase.create(), or as nodes of a cluster from"
                                                + " TestCluster.channelCase(name))"))));
    }

    @ChannelTest
    static final class Two {
        @Test
        void both(ChannelCase one, ChannelCase other) {}
    }

    @Test
    void aClassHasNone() {
        for (Class<?> type :
                new Class<?>[] {BeforeAllClass.class, AfterAllClass.class, Constructed.class, Shared.class}) {
            run(type)
                    .allEvents()
                    .assertThatEvents()
                    .haveExactly(
                            1,
                            finishedWithFailure(
                                    instanceOf(ParameterResolutionException.class),
                                    message(text -> text.contains("ChannelCase: parameter of ")
                                            && text.endsWith(
                                                    "(expected: of a test, @BeforeEach or @AfterEach method, since"
                                                            + " each test has a case of its own; one for a whole class comes from"
                                                            + " ChannelCase.create() and is closed in @AfterAll)"))));
        }
    }

    @ChannelTest
    static final class BeforeAllClass {
        @BeforeAll
        static void before(ChannelCase chat) {}

        @Test
        void never() {}
    }

    @ChannelTest
    static final class AfterAllClass {
        @AfterAll
        static void after(ChannelCase chat) {}

        @Test
        void one(ChannelCase chat) {}
    }

    @ChannelTest
    static final class Constructed {
        Constructed(ChannelCase chat) {}

        @Test
        void never() {}
    }

    @ChannelTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static final class Shared {
        @RegisterExtension
        static final ChannelCase.Extension KIT = named("static@host");

        Shared(ChannelCase chat) {}

        @Test
        void never() {}
    }

    @Test
    void aTestMethodOfItsOwnMayHaveItToo() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectMethod(OneMethod.class, "one", ChannelCase.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(1));
    }

    static final class OneMethod {
        @Test
        @ExtendWith(ChannelCase.Extension.class)
        void one(ChannelCase chat) {
            assertNode(UNNAMED, chat);
        }
    }
}
