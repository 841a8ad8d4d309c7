package dev.simurgh.transport.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.channel.spi.Query;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Any text as what a request asks for: path, patterns and parameters. */
class TargetFuzzTest {
    private static final Routes<Exchange> ROUTES = new Routes<>();
    private static final PathPattern PATTERN = PathPattern.of("/org/:name/websocket");

    static {
        ROUTES.add("/socket/websocket", exchange -> {});
        ROUTES.add(PATTERN, exchange -> {});
    }

    @FuzzTest
    void requestTarget(byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        Target.parse("GET", text).ifPresent(target -> look(target, text));
        Target.parse("OPTIONS", text).ifPresent(ROUTES::find);
        query(text);
    }

    private static void look(Target target, String text) {
        if (!target.path().startsWith("/") || target.toString().length() > text.length() + 1) {
            throw new AssertionError(target);
        }
        ROUTES.find(target);
        String normal = Routes.normalize(target.path());
        if (!Routes.normalize(normal).equals(normal) || normal.endsWith("/") || normal.contains("//")) {
            throw new AssertionError(normal);
        }
        PATTERN.match(normal).map(found -> found.get("name")).ifPresent(name -> {
            if (name.contains("/")) {
                throw new AssertionError(name);
            }
        });
        query(target.rawQuery());
    }

    private static void query(String raw) {
        Optional<Query> query = Query.parse(raw);
        query.ifPresent(parsed -> {
            if (size(parsed.nested()) > 4L * raw.length() + 1) {
                throw new AssertionError("larger than what came in: " + parsed);
            }
            String plain = parsed.params().entrySet().stream()
                    .filter(each -> each.getKey().indexOf('[') < 0)
                    .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                    .collect(Collectors.joining("&"));
            Query.parse(plain).orElseThrow().params().forEach((name, value) -> {
                if (!value.equals(parsed.params().get(name))) {
                    throw new AssertionError(name + ": " + value + " (expected: " + parsed + ")");
                }
            });
        });
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** How many texts, lists and maps there are. */
    private static long size(Object value) {
        if (value instanceof Map<?, ?> map) {
            return 1 + map.values().stream().mapToLong(TargetFuzzTest::size).sum();
        }
        return value instanceof Collection<?> list
                ? 1 + list.stream().mapToLong(TargetFuzzTest::size).sum()
                : 1;
    }
}
