package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Shows parameters in logs, with the values of those that are secret left out at every depth. Stops where the text is cut: what a line
 * costs does not depend on how much a client has sent.
 */
final class ParameterFilter {
    static final String FILTERED = "[FILTERED]";
    static final int LONGEST = 200;

    private final Set<String> secret;

    /** Filters parameters whose names contain one of the given words, in any case. */
    ParameterFilter(Set<String> secret) {
        this.secret = secret.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    String show(Payload payload) {
        if (payload instanceof Payload.Json json) {
            return ClientLog.shown(new ShownJson(this, json).text(), LONGEST);
        }
        return payload instanceof Payload.Binary ? payload.toString() : "(not encoded)"; // of binary its size only
    }

    String show(Map<?, ?> params) {
        StringBuilder text = new StringBuilder();
        append(text, params);
        return ClientLog.shown(text.toString(), LONGEST);
    }

    /** Shows something of the application's, whose {@code toString} may throw. */
    String show(Object value) {
        try {
            StringBuilder text = new StringBuilder();
            append(text, value);
            return ClientLog.shown(text.toString(), LONGEST);
        } catch (Throwable thrown) {
            return value.getClass().getName();
        }
    }

    private void append(StringBuilder text, Object value) {
        if (value instanceof Map<?, ?> map) {
            String before = "{";
            for (var entries = map.entrySet().iterator(); entries.hasNext() && isRoom(text); before = ", ") {
                Map.Entry<?, ?> entry = entries.next();
                String name = String.valueOf(entry.getKey());
                text.append(before).append(cut(name)).append('=');
                append(text, isSecret(name) ? FILTERED : entry.getValue());
            }
            text.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String before = "[";
            for (Iterator<?> items = list.iterator(); items.hasNext() && isRoom(text); before = ", ") {
                text.append(before);
                append(text, items.next());
            }
            text.append(list.isEmpty() ? "[]" : "]");
        } else {
            text.append(cut(String.valueOf(value)));
        }
    }

    /** Longer than a line by one, so that it is seen to be cut. */
    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST + 1);
    }

    private static boolean isRoom(CharSequence text) {
        return text.length() <= LONGEST;
    }

    boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return secret.stream().anyMatch(lower::contains);
    }
}
