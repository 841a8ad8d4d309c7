package dev.simurgh.channel.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds lists and maps from flat parameters, by the rules of Plug, which Phoenix uses: what a name has before each
 * bracket names a container, {@code []} adds to it as a list and {@code [key]} as a map. A container that was given both
 * is what it was last used as, without what does not fit. A name that has no bracket, or does not end with one, stands for
 * itself.
 *
 * <p>Each container hangs at one place only, that at which it was first named. So what comes out is a tree, not larger
 * than what came in.
 *
 * @see <a href="https://hexdocs.pm/plug/Plug.Conn.Query.html">Plug.Conn.Query</a>
 */
final class NestedParams {
    private final int maxDepth;
    private final Container root = new Container();
    private final Map<String, Container> byPrefix = new HashMap<>();

    /** Takes names with at most that many pairs of brackets. */
    NestedParams(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    private static final class Container {
        private final List<Object> elements = new ArrayList<>();
        private final Map<String, Object> members = new LinkedHashMap<>();
        private boolean list;

        /** Adds a text or container: to the list, or under a key. */
        void add(@Nullable String key, Object value) {
            list = key == null;
            if (key == null) {
                elements.add(value);
            } else {
                members.put(key, value);
            }
        }

        Object resolve() {
            return list ? elements.stream().map(Container::resolved).toList() : toMap();
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            members.forEach((key, value) -> map.put(key, resolved(value)));
            return Collections.unmodifiableMap(map);
        }

        private static Object resolved(Object value) {
            return value instanceof Container container ? container.resolve() : value;
        }
    }

    /** Adds a parameter; false if its name nests too deeply. */
    boolean add(String name, String value) {
        int bracket = name.indexOf('[');
        if (bracket <= 0 || !name.endsWith("]")) {
            root.add(name, value);
            return true;
        }
        List<Integer> starts = starts(name, bracket);
        if (starts.size() > maxDepth) {
            return false;
        }
        // from the innermost container outwards, until one is there already
        Object child = value;
        int end = name.length() - 1;
        for (int i = starts.size() - 1; i >= 0; i--) {
            int start = starts.get(i);
            String key = start == end ? null : name.substring(start, end);
            String prefix = name.substring(0, start - 1);
            Container known = byPrefix.get(prefix);
            if (known != null) {
                known.add(key, child);
                return true;
            }
            Container container = new Container();
            container.add(key, child);
            byPrefix.put(prefix, container);
            child = container;
            end = start - 2;
        }
        root.add(name.substring(0, bracket), child);
        return true;
    }

    /** Where the keys start, behind their brackets. Only {@code ][} ends a key before the last bracket does. */
    private static List<Integer> starts(String name, int bracket) {
        List<Integer> starts = new ArrayList<>();
        starts.add(bracket + 1);
        for (int next = name.indexOf("][", bracket + 1); next >= 0; next = name.indexOf("][", next + 2)) {
            starts.add(next + 2);
        }
        return starts;
    }

    /** What has been added. */
    Map<String, Object> toMap() {
        return root.toMap();
    }
}
