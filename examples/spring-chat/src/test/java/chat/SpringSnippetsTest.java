package chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/**
 * What the guides show of Spring: Java is compiled, and properties have names that there are. These are the blocks that say {@code run by
 * SpringSnippetsTest}. The types of a page see each other; what declares none stands in a method. Imports are given.
 */
class SpringSnippetsTest {
    private static final List<String> PAGES = List.of(
            "spring.md", "authentication.md", "dashboard.md", "deployment.md", "application-port.md", "testing.md");
    private static final Path GUIDES = Path.of("..", "..", "docs", "guides");
    /** Of what is not on the class path here. */
    private static final String ELSEWHERE = "spring.security.oauth2.";

    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^<!-- run by SpringSnippetsTest -->\n```(java|properties)\n(.*?)^```$");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:@|(?:public |final |sealed )*(?:class|record|enum|interface) )");
    private static final Pattern PUBLIC =
            Pattern.compile("(?m)^public (?:final )?(?:class|record|enum|interface) (\\w+)");
    private static final String IMPORTS = """
            import static org.assertj.core.api.Assertions.*;
            import static org.mockito.BDDMockito.*;

            import dev.simurgh.channel.*;
            import dev.simurgh.dashboard.*;
            import dev.simurgh.journal.*;
            import dev.simurgh.presence.*;
            import dev.simurgh.spring.*;
            import dev.simurgh.spring.test.*;
            import dev.simurgh.testkit.*;
            import dev.simurgh.token.*;
            import jakarta.annotation.*;
            import java.security.Principal;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            import org.junit.jupiter.api.*;
            import org.springframework.boot.*;
            import org.springframework.boot.autoconfigure.*;
            import org.springframework.boot.test.context.*;
            import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
            import org.springframework.beans.factory.annotation.*;
            import org.springframework.context.annotation.*;
            import org.springframework.http.*;
            import org.springframework.jdbc.core.simple.*;
            import org.springframework.security.access.prepost.*;
            import org.springframework.security.config.*;
            import org.springframework.security.config.annotation.method.configuration.*;
            import org.springframework.security.config.annotation.web.builders.*;
            import org.springframework.security.config.annotation.web.configuration.*;
            import org.springframework.security.core.*;
            import org.springframework.security.core.annotation.*;
            import org.springframework.security.core.userdetails.*;
            import org.springframework.security.provisioning.*;
            import org.springframework.security.web.*;
            import org.springframework.security.web.csrf.*;
            import org.springframework.stereotype.*;
            import org.springframework.test.context.bean.override.mockito.*;
            import org.springframework.transaction.annotation.*;
            import org.springframework.transaction.event.*;
            import org.springframework.web.bind.annotation.*;
            """;

    @TempDir
    private Path classes;

    @TestFactory
    Stream<DynamicTest> whatAPageShowsCompiles() {
        return PAGES.stream()
                .map(GUIDES::resolve)
                .filter(Files::isRegularFile)
                .map(page -> DynamicTest.dynamicTest(page.getFileName().toString(), () -> compile(page)));
    }

    @TestFactory
    Stream<DynamicTest> thePropertiesOfAPageAreThere() {
        return PAGES.stream()
                .map(GUIDES::resolve)
                .filter(Files::isRegularFile)
                .map(page -> DynamicTest.dynamicTest(page.getFileName().toString(), () -> {
                    Set<String> known = known();
                    assertThat(blocks(page, "properties").stream().flatMap(SpringSnippetsTest::names))
                            .allSatisfy(name -> assertThat(known).anyMatch(key -> isOf(name, key)));
                }));
    }

    @Test
    void thereIsSomethingToRun() {
        assertThat(blocks(GUIDES.resolve("spring.md"), "java")).hasSizeGreaterThan(3);
        assertThat(blocks(GUIDES.resolve("spring.md"), "properties")).isNotEmpty();
    }

    private void compile(Path page) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (String code : blocks(page, "java")) {
            String name = "Snippet" + sources.size();
            Matcher open = PUBLIC.matcher(code);
            if (TYPE.matcher(code).lookingAt()) {
                sources.add(source(open.find() ? open.group(1) : name, IMPORTS + code));
            } else {
                sources.add(source(
                        name,
                        IMPORTS + "class " + name + " { void run(Endpoint endpoint, Socket socket) throws Exception {\n"
                                + code + "\n} }"));
            }
        }
        if (!sources.isEmpty()) {
            StringWriter out = new StringWriter();
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-parameters", "-d", classes.toString(), "--release", "17");
            boolean ok = ToolProvider.getSystemJavaCompiler()
                    .getTask(out, null, null, options, null, sources)
                    .call();
            assertThat(ok).as("%s", out).isTrue();
        }
    }

    private static Stream<String> names(String properties) {
        return properties
                .lines()
                .map(line -> line.replaceFirst("\\s*=.*", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(ELSEWHERE));
    }

    /** Whether a name is of a property: as it stands, or below one that is a list, a map or a record. */
    private static boolean isOf(String name, String key) {
        String plain = name.replaceAll("\\[\\d+]", "");
        return plain.equals(key)
                || name.startsWith(key + "[")
                || (plain.startsWith(key + ".") && !key.startsWith("simurgh."));
    }

    /** What the jars of the class path say of their properties. */
    private static Set<String> known() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String file : List.of(
                "META-INF/spring-configuration-metadata.json",
                "META-INF/additional-spring-configuration-metadata.json")) {
            for (URL url :
                    Collections.list(SpringSnippetsTest.class.getClassLoader().getResources(file))) {
                try (InputStream in = url.openStream()) {
                    Map<String, Object> all = JsonParserFactory.getJsonParser()
                            .parseMap(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    ((List<?>) all.getOrDefault("properties", List.of()))
                            .forEach(property -> names.add(String.valueOf(((Map<?, ?>) property).get("name"))));
                }
            }
        }
        return names;
    }

    private static List<String> blocks(Path page, String language) {
        try {
            return BLOCK.matcher(Files.readString(page))
                    .results()
                    .filter(block -> block.group(1).equals(language))
                    .map(block -> block.group(2))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JavaFileObject source(String name, String code) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }
}
