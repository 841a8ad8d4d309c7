package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No two classes initialize each other. Where they do, and one thread begins with the one while another begins with the other, both wait for ever: two event loops of a server
 * that has just been started, say, when its first clients come. That an enum or an interface initializes the classes of its own constants, which nobody else can begin with, is no such
 * case.
 */
class InitializationTest {
    @Test
    void noTwoClassesInitializeEachOther() {
        Initializations all = Initializations.of(
                importer -> importer.withImportOption(new ImportOption.DoNotIncludeTests()), "dev.simurgh");
        assertThat(all.circles()).isEmpty();
        assertThat(all.classCount()).isGreaterThan(1_000);
    }

    /** What it would find. */
    interface WithDefault {
        WithDefault FIRST = new Implementation();

        default void doNothing() {}
    }

    static final class Implementation implements WithDefault {}

    static class Parent {
        static final Parent FIRST = Child.made();
    }

    static final class Child extends Parent {
        private static Child made() {
            return new Child();
        }
    }

    interface Harmless {
        Harmless FIRST = new ImplementationOfHarmless();

        void doNothing();
    }

    static final class ImplementationOfHarmless implements Harmless {
        @Override
        public void doNothing() {}
    }

    enum WithBodies {
        FIRST {
            @Override
            void doNothing() {}
        };

        abstract void doNothing();
    }

    @Test
    void circlesAreTold() {
        String test = InitializationTest.class.getSimpleName() + "$";
        assertThat(Initializations.of(
                                importer -> importer.withImportOption(location -> location.contains(test)),
                                InitializationTest.class.getPackageName())
                        .circles())
                .containsExactlyInAnyOrder(
                        List.of(test + "Implementation", test + "WithDefault"),
                        List.of(test + "Child", test + "Parent"));
    }
}
