package dev.simurgh.spring;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where what is kept is stored. There is a bean of type {@code Journal} if any of this is set, or if there are {@code simurgh.kept.topics}.
 *
 * @param store where: on the application's database, in a file, or in memory
 * @param dataSource name of the bean of type DataSource to use; default the only one, or the primary
 * @param file file of SQLite, made if it is not there
 */
@ConfigurationProperties("simurgh.journal")
public record SimurghJournalProperties(
        @DefaultValue("auto") Store store,
        @Nullable String dataSource,
        @Nullable Path file) {
    /** Where entries are stored. */
    public enum Store {
        /** In the file if one is set, else on the application's DataSource. */
        AUTO,
        /** On the application's DataSource: PostgreSQL, or the file of SQLite that it is of. */
        DATA_SOURCE,
        /** In a file of SQLite of its own. */
        SQLITE,
        /** In memory, until the process ends. */
        MEMORY
    }
}
