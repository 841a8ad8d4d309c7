package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every Java snippet of the documentation that has no test of its own. A snippet that declares types is compiled as it is, and seen by the other snippets
 * of its page; any other one stands in a method that has an endpoint, a socket and so on, unless it declares its own. Imports are given,
 * as docs/guides/start.md says, and a {@code UserSocket} where a page has none.
 */
class SnippetsTest {
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    /** What another test compiles, since it needs what is not on the class path here. */
    private static final Pattern ELSEWHERE = Pattern.compile("(?ms)^<!-- run by \\w+ -->\\n```java\\n.*?^```$");

    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:@\\w+.*\\n)*(?:public |final |sealed )*(?:class|record|enum|interface) (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("\\Apackage \\w+;\\n\\n");
    private static final String IMPORTS = """
            import dev.simurgh.asyncapi.*;
            import dev.simurgh.channel.*;
            import dev.simurgh.cluster.*;
            import dev.simurgh.cluster.jgroups.*;
            import dev.simurgh.console.*;
            import dev.simurgh.dashboard.*;
            import dev.simurgh.jackson.*;
            import dev.simurgh.journal.*;
            import dev.simurgh.journal.jdbc.*;
            import dev.simurgh.micrometer.*;
            import dev.simurgh.presence.*;
            import dev.simurgh.protocol.*;
            import dev.simurgh.pubsub.*;
            import dev.simurgh.server.*;
            import dev.simurgh.testkit.*;
            import dev.simurgh.token.*;
            import dev.simurgh.transport.*;
            import io.micrometer.prometheusmetrics.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import static java.time.Duration.*;
            """;

    private static final String USER_SOCKET =
            "final class UserSocket { static SocketSpec spec() { return SocketSpec.builder().build(); } }";
    private static final List<String> GIVEN = List.of(
            "Endpoint endpoint",
            "Socket socket",
            "Tokens tokens",
            "String secret",
            "ChannelCase chat",
            "Presence presence");

    @TempDir
    private Path classes;

    @TestFactory
    Stream<DynamicTest> everySnippetOfAPageCompiles() throws IOException {
        return Block.pages().stream()
                .map(page -> DynamicTest.dynamicTest(Block.name(page), () -> compile(Block.read(page), page)));
    }

    @Test
    void aSnippetThatDoesNotCompileIsFound() {
        assertThat(errors(sources("```java\nnoSuchThing();\n```\n"))).contains("noSuchThing");
    }

    private void compile(String markdown, Path page) {
        List<JavaFileObject> sources = sources(markdown);
        if (!sources.isEmpty()) {
            assertThat(errors(sources)).as("compiler's word on %s", page).isEmpty();
        }
    }

    private static List<JavaFileObject> sources(String markdown) {
        List<JavaFileObject> sources = new ArrayList<>();
        Matcher matcher = SNIPPET.matcher(ELSEWHERE.matcher(markdown).replaceAll(""));
        while (matcher.find()) {
            String code = PACKAGE.matcher(matcher.group(1)).replaceFirst(""); // all of a page are in one
            Matcher type = TYPE.matcher(code);
            boolean declares = (type.find() && Character.isLetter(code.charAt(0))) || code.startsWith("@");
            String name = "Snippet" + sources.size();
            // A public type must stand in a file of its name; the others go along with it.
            if (declares) {
                Matcher open = Pattern.compile("(?m)^public (?:final )?(?:class|record|enum|interface) (\\w+)")
                        .matcher(code);
                sources.add(source(open.find() ? open.group(1) : name, IMPORTS + code));
            } else {
                sources.add(source(name, IMPORTS + wrapped(name, code)));
            }
        }
        if (markdown.contains("UserSocket.spec()") && !markdown.contains("class UserSocket ")) {
            sources.add(source("UserSocket", IMPORTS + USER_SOCKET));
        }
        return sources;
    }

    private static String wrapped(String name, String code) {
        String given = GIVEN.stream()
                .filter(variable -> !code.contains(variable + " ="))
                .collect(Collectors.joining(", "));
        return "final class " + name + " { void run(" + given + ") throws Exception {\n" + code + "\n} }";
    }

    private String errors(List<JavaFileObject> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter out = new StringWriter();
        List<String> options = List.of("-proc:none", "-nowarn", "-d", classes.toString(), "--release", "17");
        boolean ok = compiler.getTask(out, null, null, options, null, sources).call();
        return ok ? "" : out.toString();
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
