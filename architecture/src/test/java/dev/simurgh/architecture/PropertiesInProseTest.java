package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the documentation, the files for deployment, the examples and what the starter says call {@code simurgh.something} is a property of the starter, or a name of a
 * meter or observation; and the reference has all properties.
 */
class PropertiesInProseTest {
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final Pattern IN_METADATA = Pattern.compile("\"name\": \"((?:simurgh|management)\\.[^\"]+)\"");
    private static final Pattern NAME = Pattern.compile(
            "(?<![\\w./@:$-])(?:management\\.health\\.)?simurgh(?:\\.[a-z*][a-zA-Z0-9-]*(?:\\[\\d+])?)+(?![\\w(])");
    private static final Pattern ROW = Pattern.compile("`((?:simurgh|management)\\.[^`]+|…\\.[^`]+)`");
    private static final Pattern LITERAL = Pattern.compile("\"(simurgh\\.[a-z.]+)");
    private static final Pattern METER = Pattern.compile("(?m)^\\| `(simurgh\\.[a-z.]+)` \\|");
    /** Spring Boot's own, for whatever is called so. */
    private static final String BOOTS = "management.metrics.enable.simurgh";

    private static final String OF_EACH_ENDPOINT = "management.endpoint.simurgh.";
    /** Not names of properties: those of what a connection knows. */
    private static final Pattern KEY = Pattern.compile("[kK]ey\\(\\s*\"simurgh[^\"]*\"");

    private static final Set<String> PROPERTIES = new TreeSet<>();
    private static final Set<String> METERS = new TreeSet<>();

    @BeforeAll
    static void whatIsThere() throws IOException, ClassNotFoundException {
        try (InputStream in = Objects.requireNonNull(
                PropertiesInProseTest.class.getClassLoader().getResourceAsStream(METADATA), METADATA)) {
            IN_METADATA
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .forEach(found -> PROPERTIES.add(found.group(1)));
        }
        // by its name, since what its annotations are of is not here
        for (RecordComponent part :
                Class.forName("dev.simurgh.spring.SimurghKeptProperties$Topics").getRecordComponents()) {
            PROPERTIES.add("simurgh.kept.topics."
                    + part.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        }
        assertThat(PROPERTIES).contains("simurgh.server.port", "simurgh.kept.topics.max-age");
        for (Path source : sources("micrometer")) {
            LITERAL.matcher(Block.read(source)).results().forEach(found -> METERS.add(found.group(1)));
        }
        // most are put together; a test of the module compares them with this page
        METER.matcher(Block.read(Block.ROOT.resolve("docs/guides/metrics.md")))
                .results()
                .forEach(found -> METERS.add(found.group(1)));
        assertThat(METERS).hasSizeGreaterThan(100);
    }

    private static List<Path> sources(String module) throws IOException {
        return files(Block.ROOT.resolve(module).resolve("src/main/java"), ".java");
    }

    private static List<Path> files(Path folder, String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyPropertyThatIsNamedIsThere() throws IOException {
        List<Path> files = new ArrayList<>(Block.pages());
        files.addAll(files(Block.ROOT.resolve("docs/deploy"), ""));
        for (String module : List.of("examples/spring-chat", "archetype-spring")) {
            files.addAll(files(Block.ROOT.resolve(module).resolve("src/main"), ".properties", ".yml", ".java"));
        }
        files.addAll(sources("spring-boot-starter"));
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        Block.name(file),
                        () -> assertThat(missing(Block.read(file))).isEmpty()));
    }

    @Test
    void aPropertyThatIsNotThereIsFound() {
        assertThat(missing("""
                        `simurgh.server.port`, simurgh.server.* and simurgh.kept.topics[0].max-age, import dev.simurgh.spring.X;
                        simurgh.server.porto=1 `simurgh.kept.topics[0].age`, simurgh.joins, local.simurgh.port, simurgh.dashborad.*
                        """))
                .containsExactly("simurgh.server.porto", "simurgh.kept.topics.age", "simurgh.dashborad.*");
    }

    private static List<String> missing(String text) {
        return NAME.matcher(KEY.matcher(text).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceAll("\\[\\d+]", ""))
                .filter(name -> !isThere(name))
                .distinct()
                .toList();
    }

    private static boolean isThere(String name) {
        String group = name.endsWith(".*") ? name.substring(0, name.length() - 1) : name + ".";
        return PROPERTIES.contains(name)
                || METERS.contains(name)
                || Stream.concat(PROPERTIES.stream(), METERS.stream()).anyMatch(known -> known.startsWith(group));
    }

    @Test
    void theReferenceHasEachProperty() {
        Set<String> told = new TreeSet<>();
        for (String line : Block.read(Block.ROOT.resolve("docs/reference/configuration.md"))
                .lines()
                .filter(line -> line.startsWith("|"))
                .toList()) {
            String before = "";
            Matcher name = ROW.matcher(line);
            while (name.find()) {
                String full = name.group(1).replaceAll("\\[\\d+]", "").replaceFirst("^…", before);
                before = full.substring(0, full.lastIndexOf('.'));
                told.add(full);
            }
        }
        Set<String> groups = PROPERTIES.stream()
                .filter(one -> PROPERTIES.stream().anyMatch(other -> other.startsWith(one + ".")))
                .collect(Collectors.toSet());
        assertThat(PROPERTIES.stream().filter(name -> !groups.contains(name) && !name.startsWith(OF_EACH_ENDPOINT)))
                .isSubsetOf(told);
        assertThat(told.stream().filter(name -> name.startsWith("simurgh.") && !METERS.contains(name)))
                .isSubsetOf(PROPERTIES);
        assertThat(told).contains(BOOTS);
    }
}
