package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.journal.Durable;
import dev.simurgh.journal.RequestKey;
import hello.Tally.Change;
import hello.Tally.Counted;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks about a count that must survive. It keeps nothing itself: the truth is the {@link Tally}, and what is told of it comes from its journal, not from
 * here. Whoever joins gets the newest count from there, too.
 */
public final class TallyChannel {
    /** A change, with an id of the client's own choice: sent again under the same id it counts once. */
    record Add(long by, String id) {
        Add {
            Objects.requireNonNull(id, "id");
        }
    }

    record Failure(String reason) {}

    private static final Logger log = LoggerFactory.getLogger(TallyChannel.class);

    private final Durable<Tally, Counted> tallies;

    private TallyChannel(Durable<Tally, Counted> tallies) {
        this.tallies = tallies;
    }

    static ChannelSpec<TallyChannel> spec(Durable<Tally, Counted> tallies) {
        return ChannelSpec.builder(() -> new TallyChannel(tallies))
                .handleIn("add", Add.class, TallyChannel::add)
                .replies("add", Counted.class)
                .broadcasts("count", Counted.class)
                .build();
    }

    /** Answers once the change is on the disk; until then the channel goes on with other things. */
    @SuppressWarnings("FutureReturnValueIgnored") // the reply tells what comes of it
    Result add(Add add, Socket socket) {
        Change change;
        try {
            change = new Change(socket.topicRest(), add.by(), add.id());
        } catch (IllegalArgumentException clientsFault) {
            return Result.error(new Failure(String.valueOf(clientsFault.getMessage())));
        }
        SocketRef ref = socket.ref();
        tallies.ask(socket.topic(), new RequestKey("", add.id(), add), Counted.class, tally -> tally.add(change))
                .whenComplete((counted, failure) -> answer(socket, ref, counted, failure));
        return Result.noReply();
    }

    private static void answer(Socket socket, SocketRef ref, @Nullable Counted counted, @Nullable Throwable failure) {
        if (counted != null) {
            ref.ok(counted);
        } else if (failure != null) {
            ref.clientLog().failure(log, failure, "a change of {} was not stored", socket.topic());
            ref.error(new Failure("not stored"));
        }
    }
}
