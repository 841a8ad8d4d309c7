package dev.simurgh.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of the server: which stands on which, and that nobody outside sees them. */
class RoomsTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.simurgh", "hello");

    private static final String SERVER = "dev.simurgh.server";

    /** Each stands on those before it. */
    private static final List<String> ROOMS = List.of("listen", "http", "admit", "carry", "poll");

    private static final Set<String> TOP = Set.of(SERVER + ".Server", SERVER + ".ServerBuilder");

    @TestFactory
    Stream<DynamicTest> aRoomKnowsOnlyThoseItStandsOn() {
        return ROOMS.stream()
                .map(room -> DynamicTest.dynamicTest(room, () -> {
                    String[] above = ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size()).stream()
                            .map(other -> SERVER + "." + other + "..")
                            .toArray(String[]::new);
                    if (above.length > 0) {
                        noClasses()
                                .that()
                                .resideInAPackage(SERVER + "." + room + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(above)
                                .check(CODE);
                    }
                }));
    }

    @Test
    void roomsKnowOptionsButNotTheServer() {
        noClasses()
                .that()
                .resideInAPackage(SERVER + ".*..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are the server or its builder",
                        type -> TOP.contains(outermost(type).getName())))
                .check(CODE);
    }

    @Test
    void nobodyElseEntersARoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SERVER + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SERVER + ".*..")
                .check(CODE);
    }

    @Test
    void whatUsersCallShowsNoRoom() {
        List<String> leaks = new ArrayList<>();
        for (JavaClass type : CODE) {
            if (type.getPackageName().equals(SERVER) && isVisible(type)) {
                type.getMembers().stream()
                        .filter(RoomsTest::isVisible)
                        .filter(member -> types(member).anyMatch(RoomsTest::isRoom))
                        .forEach(member -> leaks.add(member.getFullName()));
                Stream.concat(type.getRawInterfaces().stream(), type.getAllRawSuperclasses().stream())
                        .filter(RoomsTest::isRoom)
                        .forEach(parent -> leaks.add(type.getName() + " is a " + parent.getName()));
            }
        }
        assertThat(leaks).isEmpty();
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(RoomsTest::outermost).orElse(type);
    }

    private static boolean isRoom(JavaClass type) {
        return type.getBaseComponentType().getPackageName().startsWith(SERVER + ".");
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(RoomsTest::isVisible).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    /** All types in a member's signature, those of its type arguments too. */
    private static Stream<JavaClass> types(JavaMember member) {
        Stream<JavaClass> own = member instanceof JavaCodeUnit unit
                ? Stream.concat(
                        unit.getReturnType().getAllInvolvedRawTypes().stream(),
                        unit.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()))
                : Stream.empty();
        return member instanceof JavaField field
                ? Stream.concat(own, field.getType().getAllInvolvedRawTypes().stream())
                : own;
    }
}
