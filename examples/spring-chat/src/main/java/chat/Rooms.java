package chat;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rooms there are, by the table {@code rooms}. What is said in them is in the journal. */
@Repository
class Rooms {
    static final int MOST = 100;

    /**
     * A room.
     *
     * @param slug its name in topics and addresses
     * @param title what people call it
     */
    record Room(String slug, String title) {
        /** Of whatever somebody has typed; empty if nothing in it can be in an address. */
        static Optional<Room> of(String typed) {
            String title = typed.strip().replaceAll("\\s+", " ");
            String slug = Normalizer.normalize(title, Normalizer.Form.NFKC)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}]+", "-")
                    .replaceAll("^-|-$", "");
            return slug.isEmpty() || title.length() > 40 ? Optional.empty() : Optional.of(new Room(slug, title));
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
