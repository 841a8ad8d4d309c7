package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the prose of the documentation, and what messages call {@code SomeType.something} or {@code SomeType.builder().something()} is there, if
 * the type is one of ours: in it, or in its builder.
 */
class NamesInProseTest {
    private static final List<String> PACKAGES = List.of(
            "asyncapi",
            "channel",
            "channel.spi",
            "cluster",
            "cluster.jgroups",
            "console",
            "dashboard",
            "jackson",
            "jackson3",
            "journal",
            "journal.jdbc",
            "journal.spi",
            "micrometer",
            "presence",
            "protocol",
            "pubsub",
            "pubsub.spi",
            "jakarta",
            "reactor",
            "server",
            "spring",
            "spring.autoconfigure",
            "spring.security",
            "spring.test",
            "testkit",
            "token",
            "transport");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    // In Phoenix's own names there are underscores, exclamation marks, and modules before them.
    private static final Pattern NAME = Pattern.compile(
            "(?<![\\w.])([A-Z]\\w*)\\.(?:builder\\([^()]*\\)\\.)?(?!class\\b)([a-z][a-zA-Z]*)(?![\\w!?])");
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    @TestFactory
    Stream<DynamicTest> everyNameInAPageIsThere() throws IOException {
        return Block.pages().stream()
                .map(page -> DynamicTest.dynamicTest(
                        Block.name(page), () -> assertThat(missing(prose(page))).isEmpty()));
    }

    @Test
    void aNameThatIsNotThereIsFound() {
        assertThat(missing("`Endpoint.broadcast` and `Endpoint.shout`, `Limits.maxChannels`, `String.shout`"))
                .containsExactly("Endpoint.shout");
        assertThat(missing("`Endpoint.builder().codec(codec)` and `Endpoint.builder().shout()`"))
                .containsExactly("Endpoint.builder().shout");
    }

    @TestFactory
    Stream<DynamicTest> everyNameInAMessageIsThere() throws IOException {
        List<Path> sources = Block.javaFiles().stream()
                .filter(file -> file.toString().contains("src/main/java"))
                .toList();
        assertThat(sources).hasSizeGreaterThan(100);
        return sources.stream()
                .map(file -> DynamicTest.dynamicTest(
                        Block.name(file),
                        () -> assertThat(missingIn(texts(Block.read(file)))).isEmpty()));
    }

    @Test
    void textsAreJoinedWhereTheyAreInTheCode() {
        assertThat(texts("f(\"see End\"\n        + \"point.shout()\", 1); \"\\\"a\\\"\"")
                        .toList())
                .containsExactly("see Endpoint.shout()", "\"a\"");
    }

    private static Stream<String> texts(String code) {
        return TEXT.matcher(code.replaceAll("(?<!\\\\)\"\\s*\\+\\s*\"", ""))
                .results()
                .map(found -> found.group(1).replace("\\\"", "\""));
    }

    private static List<String> missingIn(Stream<String> texts) {
        return texts.flatMap(text -> missingNames(text).stream()).toList();
    }

    private static String prose(Path page) {
        return Block.read(page).replaceAll("(?ms)^```.*?^```$", "");
    }

    private static List<String> missing(String prose) {
        List<String> missing = new ArrayList<>();
        Matcher code = CODE.matcher(prose);
        while (code.find()) {
            missing.addAll(missingNames(code.group(1)));
        }
        return missing;
    }

    private static List<String> missingNames(String text) {
        return NAME.matcher(text)
                .results()
                .filter(name -> ours(name.group(1))
                        .filter(type -> !has(type, name.group(2)))
                        .isPresent())
                .map(MatchResult::group)
                .toList();
    }

    private static Optional<Class<?>> ours(String name) {
        return PACKAGES.stream()
                .flatMap(room -> load("dev.simurgh." + room + "." + name).stream())
                .findFirst();
    }

    private static Optional<Class<?>> load(String name) {
        try {
            Class<?> type = Class.forName(name, false, NamesInProseTest.class.getClassLoader());
            return Modifier.isPublic(type.getModifiers()) ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException | NoClassDefFoundError e) { // or it is one of what is not here
            return Optional.empty();
        }
    }

    private static boolean has(Class<?> type, String name) {
        Stream<Class<?>> types = Stream.concat(
                Stream.of(type),
                Stream.concat(Stream.of(type.getDeclaredClasses()), load(type.getName() + "Builder").stream()));
        return types.anyMatch(each -> isIn(each, name));
    }

    private static boolean isIn(Class<?> type, String name) {
        try {
            return Stream.of(type.getMethods()).map(Method::getName).anyMatch(name::equals)
                    || Stream.of(type.getFields()).map(Field::getName).anyMatch(name::equals);
        } catch (NoClassDefFoundError e) { // what it stands on is Spring's, which is not here: then as its file has it
            return file(type).contains(name);
        }
    }

    private static String file(Class<?> type) {
        try (InputStream in = Objects.requireNonNull(
                NamesInProseTest.class.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class"))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
