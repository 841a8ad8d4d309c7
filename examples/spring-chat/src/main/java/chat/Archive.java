package chat;

import dev.simurgh.channel.Socket;
import dev.simurgh.journal.Entry;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What was said in the rooms, and who has read how much of it, as the journal has it. Waits for it, which a mailbox may. */
@Component
class Archive {
    /** So many messages a page gets at once. */
    static final int PAGE = 50;

    private static final int PAGE_BYTES = 512 * 1024;

    private final Journal journal;
    private final KeptTopics kept;
    private final PayloadCodec codec;

    Archive(Journal journal, KeptTopics kept, PayloadCodec codec) {
        this.journal = journal;
        this.kept = kept;
        this.codec = codec;
    }

    RoomChannel.Standing standing(Socket socket) {
        long last = last(socket.topic());
        String user = socket.id().orElseThrow();
        long read = kept.acknowledged(socket.topic()).join().getOrDefault(user, 0L);
        return new RoomChannel.Standing(last, Math.min(read, last));
    }

    /** What was said before a message, or the latest if its number is 0. */
    RoomChannel.Lines before(String topic, long number) {
        long end = number > 0 ? number - 1 : last(topic);
        long start = Math.max(0, end - PAGE);
        Page page = journal.read(topic, start, PAGE, PAGE_BYTES).join();
        List<RoomChannel.Line> lines = page.entries().stream()
                .filter(entry -> entry.position().offset() <= end)
                .map(this::line)
                .toList();
        return new RoomChannel.Lines(lines, start > 0 && !page.trimmed());
    }

    /** Notes how far the user of a socket has read; empty if that is no place in what was said. */
    Optional<Long> read(Socket socket, String position) {
        boolean known = kept.acknowledge(socket, position).join();
        return known ? Position.parse(position).map(Position::offset) : Optional.empty();
    }

    private long last(String topic) {
        return journal.standing(topic, Optional.empty()).join().head().offset();
    }

    private RoomChannel.Line line(Entry entry) {
        return new RoomChannel.Line(entry.position().offset(), entry.payload().as(RoomChannel.Said.class, codec));
    }
}
