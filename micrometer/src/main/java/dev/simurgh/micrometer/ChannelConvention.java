package dev.simurgh.micrometer;

import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.CallbackObserver.Call;
import dev.simurgh.channel.spi.CallbackObserver.Outcome;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;

/** How observations are named, and which key values they have. Those of low cardinality are of closed sets, whatever clients do. */
final class ChannelConvention {
    private static final String NONE = "none";
    private static final String OTHER = "other";

    private final boolean topics;

    ChannelConvention(boolean topics) {
        this.topics = topics;
    }

    ObservationConvention<CallbackContext> callbacks() {
        return callbacks;
    }

    ObservationConvention<SendContext> sends() {
        return sends;
    }

    private static String orNone(String value) {
        return value.isEmpty() ? NONE : value;
    }

    /** As it stands in a channel's spec. */
    private static String name(CallbackObserver.Callback callback) {
        return switch (callback) {
            case CONNECT -> "connect";
            case JOIN -> "join";
            case AFTER_JOIN -> "afterJoin";
            case HANDLE_IN -> "handleIn";
            case HANDLE_OUT -> "handleOut";
            case HANDLE_INFO -> "handleInfo";
            case TERMINATE -> "terminate";
        };
    }

    private static String event(Call call) {
        return call.callback() == CallbackObserver.Callback.HANDLE_IN
                        && call.event().isEmpty()
                ? OTHER
                : orNone(call.event());
    }

    private final ObservationConvention<CallbackContext> callbacks = new ObservationConvention<>() {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof CallbackContext;
        }

        @Override
        public String getName() {
            return CallbackContext.NAME;
        }

        @Override
        public String getContextualName(CallbackContext context) {
            Call call = context.call();
            return name(call.callback())
                    + switch (call.callback()) {
                        case HANDLE_IN, HANDLE_OUT -> " " + event(call);
                        default -> "";
                    };
        }

        @Override
        public KeyValues getLowCardinalityKeyValues(CallbackContext context) {
            Call call = context.call();
            return KeyValues.of(
                    KeyValue.of("socket", orNone(call.mount())),
                    KeyValue.of("channel", orNone(call.pattern())),
                    KeyValue.of("callback", name(call.callback())),
                    KeyValue.of("event", event(call)),
                    KeyValue.of(
                            "outcome",
                            context.outcome().map(ChannelConvention::name).orElse(NONE)));
        }

        @Override
        public KeyValues getHighCardinalityKeyValues(CallbackContext context) {
            return topics && !context.call().topic().isEmpty()
                    ? KeyValues.of("topic", context.call().topic())
                    : KeyValues.empty();
        }
    };

    private static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private final ObservationConvention<SendContext> sends = new ObservationConvention<>() {
        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof SendContext;
        }

        @Override
        public String getName() {
            return SendContext.NAME;
        }

        @Override
        public String getContextualName(SendContext context) {
            return context.what().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public KeyValues getLowCardinalityKeyValues(SendContext context) {
            return KeyValues.of(
                    KeyValue.of("socket", orNone(context.mount())),
                    KeyValue.of("channel", orNone(context.pattern())),
                    KeyValue.of("kind", getContextualName(context)));
        }

        @Override
        public KeyValues getHighCardinalityKeyValues(SendContext context) {
            if (!topics) {
                return KeyValues.empty();
            }
            KeyValues topic = KeyValues.of("topic", context.topic());
            return context.event().isEmpty() ? topic : topic.and("event", context.event());
        }
    };
}
