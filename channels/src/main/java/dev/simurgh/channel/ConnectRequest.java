package dev.simurgh.channel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client that wants to connect: its parameters, and what is known of the network side. Immutable. */
public final class ConnectRequest {
    private final Map<String, Object> nested;
    private final Map<String, String> params;
    private final ConnectInfo info;

    private ConnectRequest(Map<String, Object> nested, ConnectInfo info) {
        this.nested = nested;
        this.info = info;
        Map<String, String> texts = new LinkedHashMap<>();
        nested.forEach((name, value) -> {
            if (value instanceof String text) {
                texts.put(name, text);
            }
        });
        this.params = Collections.unmodifiableMap(texts);
    }

    /**
     * Makes a request.
     *
     * @param params by name; each a text, a list, or a map with texts for keys, and the same inside of these
     * @throws IllegalArgumentException if there is something else in the parameters
     */
    public static ConnectRequest of(Map<String, ?> params, ConnectInfo info) {
        return new ConnectRequest(copy(params), info);
    }

    private static Map<String, Object> copy(Map<?, ?> from) {
        Map<String, Object> copy = new LinkedHashMap<>();
        from.forEach((name, value) -> copy.put((String) copyValue(name), copyValue(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static Object copyValue(Object value) {
        if (value instanceof String) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(copyValue(element)));
            return Collections.unmodifiableList(copy);
        }
        throw new IllegalArgumentException("parameter: " + value + " (expected: a text, a list or a map)");
    }

    /** The parameters that are texts, those of the path included; of several with one name the last. */
    public Map<String, String> params() {
        return params;
    }

    /** One parameter; empty if it is not there, or a list or map. */
    public Optional<String> param(String name) {
        return Optional.ofNullable(params.get(name));
    }

    /**
     * All parameters, as Phoenix has them: {@code a[]=1&a[]=2} is a list, {@code c[k]=v} a map. Values are texts, lists and maps, all
     * of them immutable.
     */
    public Map<String, Object> nested() {
        return nested;
    }

    /** The network side of it. */
    public ConnectInfo info() {
        return info;
    }

    ConnectRequest with(Assigns values) {
        return new ConnectRequest(nested, info.with(values));
    }
}
