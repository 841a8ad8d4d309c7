package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelObservationsTest {
    /** It also fails if an observation or a scope is left open, or ended twice. */
    private final TestObservationRegistry registry = TestObservationRegistry.create();

    private final SocketSpec socket = Room.socket(Room.spec(registry).build());
    private final List<String> stopped = new ArrayList<>();
    private ChannelCase chat = chat(ChannelObservations.of(registry));

    ChannelObservationsTest() {
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }

            @Override
            public void onStop(Observation.Context context) {
                Throwable error = context.getError();
                stopped.add(context.getName() + ", " + context.getContextualName() + ": "
                        + Stream.concat(
                                        context.getLowCardinalityKeyValues().stream(),
                                        context.getHighCardinalityKeyValues().stream())
                                .map(KeyValue::getValue)
                                .collect(Collectors.joining(" "))
                        + (error == null ? "" : ", " + error.getMessage()));
            }
        });
    }

    private static ChannelCase chat(ChannelObservations observations) {
        return ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(observations))
                .build();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        chat.close();
        TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
        assertThat(registry.getCurrentObservation()).isNull();
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(stopped);
        stopped.clear();
        return taken;
    }

    private Joined joined() {
        Joined joined = chat.connect(socket).join("room:1");
        stopped.clear();
        return joined;
    }

    /** The key values are in the order of their names. */
    @Test
    void theKeyValuesAreOfClosedSets() {
        Joined room = chat.connect(socket).join("room:1");
        assertThat(taken())
                .containsExactly(
                        "simurgh.callback, connect: connect none none ok /socket",
                        "simurgh.callback, join: join room:* none ok /socket",
                        "simurgh.callback, afterJoin: afterJoin room:* none ok /socket");
        room.push("say");
        room.push("made up by a client");
        room.push("refuse");
        room.push("shout");
        room.push("later");
        chat.clock().advance(Duration.ofSeconds(1));
        assertThat(taken())
                .containsExactly(
                        "simurgh.callback, handleIn say: handleIn room:* say ok /socket",
                        "simurgh.callback, handleIn other: handleIn room:* other ok /socket",
                        "simurgh.callback, handleIn refuse: handleIn room:* refuse refused /socket",
                        "simurgh.send, broadcast: room:* broadcast /socket",
                        "simurgh.callback, handleIn shout: handleIn room:* shout ok /socket",
                        "simurgh.callback, handleOut shouted: handleOut room:* shouted ok /socket",
                        "simurgh.send, send: room:* send /socket",
                        "simurgh.callback, handleIn later: handleIn room:* later ok /socket",
                        "simurgh.callback, handleInfo: handleInfo room:* none ok /socket",
                        "simurgh.callback, handleInfo: handleInfo room:* none ok /socket");
    }

    @Test
    void whatACallbackThrowsIsItsError() {
        Joined room = joined();
        room.push("throw");
        room.assertCrashed(IllegalStateException.class);
        assertThat(taken())
                .containsExactly(
                        "simurgh.callback, handleIn throw: handleIn room:* throw crashed /socket, it went wrong");
        chat.connect(socket).tryJoin("room:2", Map.of("no", 1));
        assertThat(taken()).last().isEqualTo("simurgh.callback, join: join room:* none refused /socket");
    }

    @Test
    void topicsAreToldOnlyIfAskedFor() {
        chat.close();
        chat = chat(ChannelObservations.builder(registry).topics().build());
        Joined room = joined();
        room.push("shout");
        assertThat(taken())
                .containsExactly(
                        "simurgh.send, broadcast: room:* broadcast /socket shouted room:1",
                        "simurgh.callback, handleIn shout: handleIn room:* shout ok /socket room:1",
                        "simurgh.callback, handleOut shouted: handleOut room:* shouted ok /socket room:1");
    }

    @Test
    void aConventionOfTheUsersNamesThem() {
        chat.close();
        chat = chat(ChannelObservations.builder(registry)
                .callbackConvention(new ObservationConvention<>() {
                    @Override
                    public String getName() {
                        return "mine";
                    }

                    @Override
                    public String getContextualName(CallbackContext context) {
                        return context.call().topic() + " " + context.outcome().isPresent();
                    }

                    @Override
                    public boolean supportsContext(Observation.Context context) {
                        return context instanceof CallbackContext;
                    }
                })
                .sendConvention(new ObservationConvention<>() {
                    @Override
                    public String getName() {
                        return "my.send";
                    }

                    @Override
                    public String getContextualName(SendContext context) {
                        return context.topic() + " " + context.event();
                    }

                    @Override
                    public boolean supportsContext(Observation.Context context) {
                        return context instanceof SendContext;
                    }
                })
                .build());
        joined().push("shout");
        assertThat(taken()).containsExactly("my.send, room:1 shouted: ", "mine, room:1 true: ", "mine, room:1 true: ");
    }

    /** As they are timers where the registry has a handler for meters. */
    @Test
    void noClientMakesAMeter() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        Joined room = joined();
        int before = -1;
        for (int i = 0; i < 200; i++) {
            room.push("made up " + i, Map.of("traceparent", "x".repeat(i)));
            chat.connect(socket, Map.of("traceparent", "y" + i))
                    .join("room:" + i)
                    .close();
            before = i == 0 ? meters.getMeters().size() : before;
        }
        assertThat(meters.getMeters()).hasSize(before);
        Map<String, List<List<String>>> keys = meters.getMeters().stream()
                .collect(Collectors.groupingBy(
                        meter -> meter.getId().getName(),
                        Collectors.mapping(ChannelObservationsTest::keys, Collectors.toList())));
        keys.values().forEach(all -> assertThat(all.stream().distinct()).hasSize(1));
        meters.close();
    }

    private static List<String> keys(Meter meter) {
        return meter.getId().getTags().stream().map(tag -> tag.getKey()).toList();
    }

    @Test
    void aHandlerThatThrowsHurtsNobody() {
        chat.close();
        ObservationRegistry failing = ObservationRegistry.create();
        Failing handler = new Failing();
        failing.observationConfig().observationHandler(handler);
        SocketSpec plain = Room.socket(ChannelSpec.builder(Object::new)
                .handleIn("plain", (room, socket) -> Result.ok(Map.of()))
                .build());
        chat = chat(ChannelObservations.of(failing));
        for (String when : List.of("start", "open", "error", "close", "stop")) {
            handler.when = when;
            Joined room = chat.connect(plain).join("room:1");
            room.assertReply(room.push("plain"), "ok", Map.of());
            assertThat(failing.getCurrentObservation()).as(when).isNull();
        }
    }

    private static final class Failing implements ObservationHandler<Observation.Context> {
        private String when = "";

        private void fail(String now) {
            if (now.equals(when)) {
                throw new IllegalStateException(now);
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStart(Observation.Context context) {
            fail("start");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            fail("open");
        }

        @Override
        public void onError(Observation.Context context) {
            fail("error");
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            fail("close");
        }

        @Override
        public void onStop(Observation.Context context) {
            fail("stop");
        }
    }

    @Test
    void aRegistryThatObservesNothingCostsNothing() {
        assertThat(ChannelObservations.of(ObservationRegistry.NOOP).callbackObserver())
                .isEmpty();
    }
}
