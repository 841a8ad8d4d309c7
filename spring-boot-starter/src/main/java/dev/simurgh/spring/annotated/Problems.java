package dev.simurgh.spring.annotated;

import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with annotated channels: all of it is told at once. */
final class Problems {
    private final List<String> texts = new ArrayList<>();

    void add(Class<?> channel, String text) {
        texts.add(channel.getName() + ": " + text);
    }

    void add(Class<?> channel, Method method, String text) {
        texts.add(channel.getName() + "." + shown(method) + ": " + text);
    }

    int count() {
        return texts.size();
    }

    void throwIfAny() {
        if (!texts.isEmpty()) {
            throw new SimurghConfigurationException(
                    String.join("\n", texts), "Change the annotated channels as it says behind \"expected\".");
        }
    }

    static String shown(Method method) {
        return method.getName()
                + Arrays.stream(method.getGenericParameterTypes())
                        .map(Problems::shown)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** A type without packages. */
    static String shown(java.lang.reflect.Type type) {
        return type.getTypeName().replaceAll("[\\w.]+[.$](?=\\w)", "");
    }
}
