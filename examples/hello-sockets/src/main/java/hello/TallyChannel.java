package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks about a count that must survive. It keeps nothing itself: the truth is in the {@link TallyStore}.
 *
 * <p>Between nodes there is no order: where two of them count at the same time, their broadcasts may cross, and a client shows the smaller
 * count until the next one, or until it joins again. What is in the store is right all the same.
 */
public final class TallyChannel {
    /** A change, with an id of the client's own choice: sent again under the same id it counts once. */
    record Add(long by, String id) {
        Add {
            Objects.requireNonNull(id, "id");
        }
    }

    record Count(long count) {}

    record Failure(String reason) {}

    private static final Logger log = LoggerFactory.getLogger(TallyChannel.class);

    private final TallyStore tallies;

    private TallyChannel(TallyStore tallies) {
        this.tallies = tallies;
    }

    static ChannelSpec<TallyChannel> spec(TallyStore tallies) {
        return ChannelSpec.builder(() -> new TallyChannel(tallies))
                .join(TallyChannel::join)
                .handleIn("add", Add.class, TallyChannel::add)
                .build();
    }

    /** Waits for the store, which a mailbox may: another node may have counted too. */
    JoinResult join(Socket socket) {
        return JoinResult.ok(
                new Count(tallies.current(name(socket)).toCompletableFuture().join()));
    }

    /** Answers once the change is on the disk; until then the channel goes on with other things. */
    Result add(Add add, Socket socket) {
        SocketRef ref = socket.ref();
        tallies.add(name(socket), add.by(), add.id())
                .whenComplete((count, failure) -> answer(socket, ref, count, failure));
        return Result.noReply();
    }

    private static void answer(Socket socket, SocketRef ref, @Nullable Long count, @Nullable Throwable failure) {
        if (count != null) {
            ref.ok(new Count(count));
            socket.broadcast("count", new Count(count));
        } else if (failure instanceof IllegalArgumentException clientsFault) {
            ref.error(new Failure(String.valueOf(clientsFault.getMessage())));
        } else {
            log.error("a change of {} was not stored", socket.topic(), failure);
            ref.error(new Failure("not stored"));
        }
    }

    private static String name(Socket socket) {
        return socket.topicRest();
    }
}
