package chat;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rooms there are, by the table {@code rooms}. What is said in them is in the journal. */
@Repository
class Rooms {
    /** A page joins them all, beside the lobby and its user's own topic, and a connection has 100 channels at most. */
    static final int MOST = 90;

    private static final int LONGEST = 40;

    /**
     * A room.
     *
     * @param slug its name in topics and addresses
     * @param title what people call it
     */
    record Room(String slug, String title) {
        /** Of whatever somebody has typed; empty if nothing in it can be in an address, or more than the tables take. */
        static Optional<Room> of(@Nullable String typed) {
            String title = typed == null
                    ? ""
                    : typed.replaceAll("[\\s\\p{Cc}\\p{Cs}]+", " ").strip();
            String slug = Normalizer.normalize(title, Normalizer.Form.NFKC)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}]+", "-")
                    .replaceAll("^-|-$", "");
            // One letter may be written out as eighteen.
            boolean fits = !slug.isEmpty() && title.length() <= LONGEST && slug.length() <= LONGEST;
            return fits ? Optional.of(new Room(slug, title)) : Optional.empty();
        }

        String topic() {
            return "room:" + slug;
        }
    }

    private final JdbcClient jdbc;

    Rooms(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All, in the order in which they were opened. */
    List<Room> all() {
        return jdbc.sql("SELECT slug, title FROM rooms ORDER BY opened, slug")
                .query((row, number) -> new Room(row.getString("slug"), row.getString("title")))
                .list();
    }

    boolean has(String slug) {
        return jdbc.sql("SELECT count(*) FROM rooms WHERE slug = ?")
                        .param(slug)
                        .query(Long.class)
                        .single()
                == 1;
    }

    long count() {
        return jdbc.sql("SELECT count(*) FROM rooms").query(Long.class).single();
    }

    /** Whether it is new. */
    boolean open(Room room, long at) {
        return jdbc.sql("INSERT INTO rooms (slug, title, opened) VALUES (?, ?, ?) ON CONFLICT (slug) DO NOTHING")
                        .params(room.slug(), room.title(), at)
                        .update()
                == 1;
    }
}
