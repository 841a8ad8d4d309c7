package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of our jars on the module path, which must not change later: each is that of the module's package. */
class ModuleNamesTest {
    private static final Pattern NAME = Pattern.compile("<java.module.name>(.*)</java.module.name>");

    @Test
    void aJarIsNamedAfterItsPackage() throws IOException {
        List<Path> modules;
        try (Stream<Path> children = Files.list(Path.of(".."))) {
            modules = children.filter(child -> Files.isDirectory(child.resolve("src/main/java")))
                    .toList();
        }
        assertThat(modules).isNotEmpty();
        for (Path module : modules) {
            Matcher name = NAME.matcher(Files.readString(module.resolve("pom.xml")));
            assertThat(name.find()).as("name of %s", module).isTrue();
            Path folder = module.resolve("src/main/java").resolve(name.group(1).replace('.', '/'));
            assertThat(folder.resolve("package-info.java")).exists();
        }
    }
}
