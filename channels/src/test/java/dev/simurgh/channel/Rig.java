package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.SocketMount;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.pubsub.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint on the test's own thread: its event loops, scheduler and clock do nothing until they are told to, so that each
 * interleaving can be played on purpose.
 */
final class Rig {
    final Setup setup;
    final ManualTimers timers = new ManualTimers();
    final ManualScheduler scheduler = new ManualScheduler();
    final RecordingListener listener = new RecordingListener();
    /** What the test's channels have written down. */
    final List<String> journal = new ArrayList<>();

    private final List<ManualLoop> loops = new ArrayList<>(List.of(new ManualLoop()));
    private final SocketSpec.Builder socket = SocketSpec.builder();
    private final Endpoint.Builder builder =
            Endpoint.builder().codec(JacksonCodec.create()).timers(timers).scheduler(scheduler);
    private boolean listens = true;
    private @Nullable Endpoint built;

    Rig(Setup setup) {
        this.setup = setup;
    }

    /** Routes topics to a channel whose terminate goes into the journal, if it has none of its own. */
    Rig channel(String pattern, UnaryOperator<ChannelSpec.Builder<Object>> code) {
        ChannelSpec.Builder<Object> spec = code.apply(ChannelSpec.builder(Object::new));
        try {
            spec.terminate((channel, reason, s) -> journal.add("terminate " + reason));
        } catch (IllegalArgumentException itsOwn) {
            assertThat(itsOwn).hasMessageStartingWith("terminate twice");
        }
        return route(pattern, setup.build(spec));
    }

    Rig route(String pattern, ChannelSpec<?> spec) {
        socket.channel(pattern, spec);
        return this;
    }

    Rig socket(Consumer<SocketSpec.Builder> code) {
        code.accept(socket);
        return this;
    }

    Rig limits(UnaryOperator<Limits.Builder> code) {
        socket.limits(code.apply(Limits.builder()).build());
        return this;
    }

    Rig endpoint(Consumer<Endpoint.Builder> code) {
        code.accept(builder);
        return this;
    }

    /** Has nobody listen but those that the test brings. */
    Rig withoutListener() {
        listens = false;
        return this;
    }

    /** The endpoint, made when it is first asked for. */
    Endpoint endpoint() {
        if (built == null) {
            if (listens) {
                builder.listener(listener);
            }
            built = builder.socket("/socket", socket.build()).build();
        }
        return built;
    }

    SocketMount mount() {
        return endpoint().backstage().mount("/socket").orElseThrow();
    }

    ManualLoop loop() {
        return loops.get(0);
    }

    /** One more event loop. */
    ManualLoop addLoop() {
        ManualLoop loop = new ManualLoop();
        loops.add(loop);
        return loop;
    }

    Client connect() {
        return connect(Map.of());
    }

    Client connect(Map<String, String> params) {
        return connect(setup.vsn, loop(), params);
    }

    Client connect(Vsn vsn, ManualLoop loop, Map<String, String> params) {
        return new Client(this, loop, vsn, (Handshake.Accepted) handshake(vsn, loop, params));
    }

    Handshake handshake(Vsn vsn, ManualLoop loop, Map<String, String> params) {
        Serializer serializer = mount().negotiate(Optional.of(vsn.text)).orElseThrow();
        AtomicReference<Handshake> answer = new AtomicReference<>();
        ConnectRequest request = ConnectRequest.of(
                params, ConnectInfo.builder().transport("fake").build());
        mount().connect(request, serializer, loop, () -> true, answer::set);
        settle();
        return Objects.requireNonNull(answer.get(), "no answer");
    }

    /** Runs everything that can run without time passing. */
    void settle() {
        boolean progress = true;
        while (progress) {
            progress = scheduler.runOne();
            for (ManualLoop loop : loops) {
                progress |= loop.runOne();
            }
        }
    }

    void advance(Duration by) {
        timers.advance(by, this::settle);
    }

    /** Takes what the channels have written down since the last time. */
    List<String> journalTaken() {
        List<String> taken = List.copyOf(journal);
        journal.clear();
        return taken;
    }
}
