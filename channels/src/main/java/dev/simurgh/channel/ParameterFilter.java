package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Shows parameters in logs, with the values of those that are secret left out at every depth. */
final class ParameterFilter {
    private static final String FILTERED = "[FILTERED]";
    private static final int LONGEST = 500;

    private final Set<String> secret;
    private final PayloadCodec codec;

    /** Filters parameters whose names contain one of the given words, in any case. */
    ParameterFilter(Set<String> secret, PayloadCodec codec) {
        this.secret = secret.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        this.codec = codec;
    }

    String show(Payload payload) {
        if (payload instanceof Payload.Binary) {
            return payload.toString(); // its size only
        }
        try {
            return show(payload.as(Object.class, codec));
        } catch (PayloadException e) {
            return "(cannot be shown)";
        }
    }

    String show(Object params) {
        String text = String.valueOf(filtered(params));
        return ClientLog.shown(text, LONGEST);
    }

    private Object filtered(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> shown = new LinkedHashMap<>();
            map.forEach((key, entry) -> shown.put(key, isSecret(String.valueOf(key)) ? FILTERED : filtered(entry)));
            return shown;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(this::filtered).toList();
        }
        return String.valueOf(value);
    }

    private boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return secret.stream().anyMatch(lower::contains);
    }
}
