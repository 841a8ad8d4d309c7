package dev.simurgh.channel.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueryTest {

    static List<Arguments> queries() {
        return List.of(
                Arguments.of("", Map.of()),
                Arguments.of("&&", Map.of()),
                Arguments.of("a=1&b", Map.of("a", "1", "b", "")),
                Arguments.of("a=1&a=2", Map.of("a", "2")),
                Arguments.of("=x", Map.of("", "x")),
                Arguments.of("a%20b=%C3%B6+%2B", Map.of("a b", "ö +")),
                Arguments.of("a=%ZZ%", Map.of("a", "%ZZ%")),
                Arguments.of("a[]=1&a[]=2", Map.of("a", List.of("1", "2"))),
                Arguments.of("a%5B%5D=1", Map.of("a", List.of("1"))),
                Arguments.of("c[k]=v&c[l]=w&c[k]=x", Map.of("c", Map.of("k", "x", "l", "w"))),
                Arguments.of("c[k][l]=v&c[k][m][]=w", Map.of("c", Map.of("k", Map.of("l", "v", "m", List.of("w"))))),
                Arguments.of("a[0][b]=1&a[1][b]=2", Map.of("a", Map.of("0", Map.of("b", "1"), "1", Map.of("b", "2")))),
                // used as two things: the last one counts
                Arguments.of("a[]=1&a[k]=2", Map.of("a", Map.of("k", "2"))),
                Arguments.of("a[k]=1&a[]=2", Map.of("a", List.of("2"))),
                Arguments.of("a[k]=1&a=2", Map.of("a", "2")),
                Arguments.of("a=2&a[k]=1", Map.of("a", Map.of("k", "1"))),
                // no brackets, or not as a name's end
                Arguments.of("a[=1&[b]=2&a[b]c=3&]=4", Map.of("a[", "1", "[b]", "2", "a[b]c", "3", "]", "4")),
                Arguments.of("a[b[c]]=1", Map.of("a", Map.of("b[c]", "1"))),
                Arguments.of("a[][]=1", Map.of("a", List.of(List.of("1")))));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void parametersAreNestedAsPlugDoesIt(String query, Map<String, Object> expected) {
        assertThat(Query.parse(query).orElseThrow().nested()).isEqualTo(expected);
    }

    @Test
    void onlyTextsAreFlat() {
        assertThat(Query.parse("a=1&b[]=2&c[k]=3").orElseThrow().params()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void otherParametersGoOverThem() {
        assertThat(Query.parse("a=1&b=2").orElseThrow().with(Map.of("a", "3")).nested())
                .isEqualTo(Map.of("a", "3", "b", "2"));
    }

    @Test
    void whatIsNotTextIsRefused() {
        assertThat(Query.parse("a=%FF")).isEmpty();
        assertThat(Query.parse("%C3=1")).isEmpty();
    }

    @Test
    void depthAndNumberAreBounded() {
        assertThat(Query.parse("a" + "[b]".repeat(Query.MAX_DEPTH) + "=1")).isPresent();
        assertThat(Query.parse("a" + "[b]".repeat(Query.MAX_DEPTH + 1) + "=1")).isEmpty();
        assertThat(Query.parse("a" + "[]".repeat(100_000) + "=1")).isEmpty();
        assertThat(Query.parse("a[]=1&".repeat(Query.MAX_PARAMS))).isPresent();
        assertThat(Query.parse("a[]=1&".repeat(Query.MAX_PARAMS + 1))).isEmpty();
    }

    @Test
    void hostileInputComesOutNoLargerThanItWent() {
        Random random = new Random(4711);
        String alphabet = "ab[]=&%5BD+ö\u0000";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<Query> query = Query.parse(text.toString());
            query.ifPresent(parsed -> assertThat(size(parsed.nested())).isLessThanOrEqualTo(text.length() * 2));
        }
    }

    private static int size(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .mapToInt(entry -> 1 + ((String) entry.getKey()).length() + size(entry.getValue()))
                    .sum();
        }
        return value instanceof List<?> list
                ? list.stream().mapToInt(each -> 1 + size(each)).sum()
                : ((String) value).length();
    }
}
