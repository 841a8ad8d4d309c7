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
import org.junit.jupiter.api.TestFactory;

/** The rooms of the modules that have some: which stands on which, who else may enter, and that users see none of them. */
class RoomsTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.simurgh", "hello", "auction");

    /**
     * A module with rooms.
     *
     * @param rooms each stands on those before it
     * @param top who puts them together, and so is known to none
     * @param guests who else may enter
     */
    private record House(String name, List<String> rooms, Set<String> top, List<String> guests) {
        String inside() {
            return name + ".*..";
        }
    }

    private static final House TRANSPORT = new House(
            "dev.simurgh.transport",
            List.of("loop", "http", "admit", "carry", "poll", "serve"),
            Set.of("dev.simurgh.transport.TransportBuilder"),
            List.of("dev.simurgh.server..", "dev.simurgh.netty..", "dev.simurgh.jakarta..", "dev.simurgh.reactor.."));

    private static final House SERVER = new House(
            "dev.simurgh.server",
            List.of("listen", "http"),
            Set.of("dev.simurgh.server.Server", "dev.simurgh.server.ServerBuilder"),
            List.of());

    private static final List<House> HOUSES = List.of(TRANSPORT, SERVER);

    @TestFactory
    Stream<DynamicTest> aRoomKnowsOnlyThoseItStandsOn() {
        return HOUSES.stream()
                .flatMap(house -> house.rooms().stream()
                        .map(room -> DynamicTest.dynamicTest(
                                house.name() + "." + room, () -> standsOnThoseBefore(house, room))));
    }

    private static void standsOnThoseBefore(House house, String room) {
        List<String> rooms = house.rooms();
        String[] above = rooms.subList(rooms.indexOf(room) + 1, rooms.size()).stream()
                .map(other -> house.name() + "." + other + "..")
                .toArray(String[]::new);
        if (above.length > 0) {
            noClasses()
                    .that()
                    .resideInAPackage(house.name() + "." + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above)
                    .check(CODE);
        }
    }

    @TestFactory
    Stream<DynamicTest> allRoomsHaveTheirPlace() {
        return each(house -> assertThat(CODE.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(house.name() + "."))
                        .map(name -> name.substring(house.name().length() + 1))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(house.rooms()));
    }

    @TestFactory
    Stream<DynamicTest> roomsKnowOptionsButNotWhoPutsThemTogether() {
        return each(house -> noClasses()
                .that()
                .resideInAPackage(house.inside())
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "put the rooms together",
                        type -> house.top().contains(outermost(type).getName())))
                .check(CODE));
    }

    @TestFactory
    Stream<DynamicTest> nobodyElseEntersARoom() {
        return each(house -> {
            List<String> mayEnter = new ArrayList<>(house.guests());
            mayEnter.add(house.name() + "..");
            noClasses()
                    .that()
                    .resideOutsideOfPackages(mayEnter.toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(house.inside())
                    .check(CODE);
        });
    }

    @TestFactory
    Stream<DynamicTest> whatUsersCallShowsNoRoom() {
        return each(house -> {
            List<String> leaks = new ArrayList<>();
            for (JavaClass type : CODE) {
                if (type.getPackageName().equals(house.name()) && isPublic(type)) {
                    type.getMembers().stream()
                            .filter(member -> isForUsers(house, member))
                            .filter(member -> types(member).anyMatch(RoomsTest::isRoom))
                            .forEach(member -> leaks.add(member.getFullName()));
                    Stream.concat(type.getRawInterfaces().stream(), type.getAllRawSuperclasses().stream())
                            .filter(RoomsTest::isRoom)
                            .forEach(parent -> leaks.add(type.getName() + " is a " + parent.getName()));
                }
            }
            assertThat(leaks).isEmpty();
        });
    }

    /** What is protected in the builder that the servers' builders extend, is for these. */
    private static boolean isForUsers(House house, JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || (member.getModifiers().contains(JavaModifier.PROTECTED)
                        && (!house.equals(TRANSPORT)
                                || !house.top().contains(member.getOwner().getName())));
    }

    private interface Check {
        void of(House house);
    }

    private static Stream<DynamicTest> each(Check check) {
        return HOUSES.stream().map(house -> DynamicTest.dynamicTest(house.name(), () -> check.of(house)));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(RoomsTest::outermost).orElse(type);
    }

    private static boolean isRoom(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return HOUSES.stream().anyMatch(house -> name.startsWith(house.name() + "."));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(RoomsTest::isPublic).orElse(true);
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
