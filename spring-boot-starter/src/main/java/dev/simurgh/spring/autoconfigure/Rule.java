package dev.simurgh.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;

/**
 * What a property may say. Blank is as if it was not there for what is no text, as Spring Boot has it.
 *
 * @param name of the property; with {@code [*]} of each in a list
 * @param type what it is read as
 * @param expected what it may say, in words
 * @param wrong tells what it should say, if what it says is not right
 * @param secret whether nobody may see what it says
 */
record Rule<T>(String name, Class<T> type, String expected, Function<T, Optional<String>> wrong, boolean secret) {
    private static final String EACH = "[*]";
    private static final String UNRESOLVED = "a value; nothing is known by the name in its placeholder";
    private static final Pattern EXPECTED = Pattern.compile("\\(expected: (.*)\\)");

    private static <T> Rule<T> of(String name, Class<T> type, String expected, Predicate<T> right) {
        return new Rule<>(
                name, type, expected, value -> right.test(value) ? Optional.empty() : Optional.of(expected), false);
    }

    static Rule<Boolean> flag(String name) {
        return of(name, Boolean.class, "true or false", value -> true);
    }

    static Rule<Integer> number(String name, int least, int most) {
        String expected = most == Integer.MAX_VALUE ? "a number, at least " + least : least + " to " + most;
        return of(name, Integer.class, expected, value -> value >= least && value <= most);
    }

    static Rule<Long> many(String name) {
        return of(name, Long.class, "a number, at least 1", value -> value >= 1);
    }

    static Rule<Duration> time(String name, Duration least, Duration most, String expected) {
        return of(name, Duration.class, expected, value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
    }

    static <E extends Enum<E>> Rule<E> oneOf(String name, Class<E> type) {
        String names = Arrays.stream(type.getEnumConstants())
                .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
        return of(name, type, "one of " + names, value -> true);
    }

    static Rule<String> text(String name, String expected, Predicate<String> right) {
        return of(name, String.class, expected, right);
    }

    /** What a builder takes, by its own word. */
    static Rule<String> taken(String name, String expected, Consumer<String> taker) {
        return new Rule<>(name, String.class, expected, value -> refusal(taker, value, expected), false);
    }

    private static Optional<String> refusal(Consumer<String> taker, String value, String otherwise) {
        try {
            taker.accept(value);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            Matcher rule = EXPECTED.matcher(String.valueOf(e.getMessage()));
            return Optional.of(rule.find() ? rule.group(1) : otherwise);
        }
    }

    Rule<T> asSecret() {
        return new Rule<>(name, type, expected, wrong, true);
    }

    List<Problem> problems(Told told) {
        int each = name.indexOf(EACH);
        if (each < 0) {
            return problem(told, name).stream().toList();
        }
        String list = name.substring(0, each);
        if (told.written(list).isPresent()) {
            return problemOfList(told, list).stream().toList();
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; told.isThere(list + "[" + i + "]"); i++) {
            problem(told, list + "[" + i + "]" + name.substring(each + EACH.length()))
                    .ifPresent(problems::add);
        }
        return problems;
    }

    private Optional<Problem> problem(Told told, String one) {
        if (told.isUnresolved(one)) {
            return Optional.of(Problem.of(told, one, secret, UNRESOLVED));
        }
        try {
            return told.as(one, Bindable.of(type)).flatMap(wrong).map(right -> Problem.of(told, one, secret, right));
        } catch (BindException e) {
            return Optional.of(Problem.of(told, one, secret, expected));
        }
    }

    /** In one line, with commas. */
    private Optional<Problem> problemOfList(Told told, String list) {
        if (told.isUnresolved(list)) {
            return Optional.of(Problem.of(told, list, secret, UNRESOLVED));
        }
        try {
            return told.as(list, Bindable.listOf(type)).stream()
                    .flatMap(List::stream)
                    .flatMap(value -> wrong.apply(value).stream())
                    .findFirst()
                    .map(right -> Problem.of(told, list, secret, right));
        } catch (BindException e) {
            return Optional.of(Problem.of(told, list, secret, expected));
        }
    }
}
