package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * No two classes initialize each other. Where they do, and one thread begins with the one while another begins with the other, both wait for ever: two event loops of a server
 * that has just been started, say, when its first clients come. That an enum or an interface initializes the classes of its own constants, which nobody else can begin with, is no such
 * case.
 */
@SuppressWarnings("ClassInitializationDeadlock") // they are what is looked for
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

    /** By a constant without a name, whose superclass has one. */
    interface WithNameless {
        WithNameless FIRST = new Base() {};

        default void doNothing() {}
    }

    static class Base implements WithNameless {}

    /** By a method of an object. */
    static final class Asker {
        static final Object FIRST = new Maker().made();
    }

    static final class Maker {
        static final Object FIRST = new Object();

        Object made() {
            return Made.FIRST;
        }
    }

    static final class Made {
        static final Object FIRST = Objects.hash(Asker.FIRST);
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
                        List.of(test + "Child", test + "Parent"),
                        List.of(test + "Base", test + "WithNameless"),
                        List.of(test + "Asker", test + "Made"));
    }
}
