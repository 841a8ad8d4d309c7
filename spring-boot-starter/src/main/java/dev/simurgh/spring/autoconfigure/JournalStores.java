package dev.simurgh.spring.autoconfigure;

import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.spring.SimurghJournalProperties;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;
import org.springframework.util.ClassUtils;

/** Opens the store that the properties and the application's database make. */
final class JournalStores {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String SAY_WHERE =
            "Say where entries are stored: simurgh.journal.file for a file of SQLite, simurgh.journal.data-source for the bean of a database on"
                    + " PostgreSQL, or simurgh.journal.store=memory if they may be lost with the process.";

    private final SimurghJournalProperties properties;
    private final ConfigurableListableBeanFactory beans;

    JournalStores(SimurghJournalProperties properties, ConfigurableListableBeanFactory beans) {
        this.properties = properties;
        this.beans = beans;
    }

    /**
     * Opens it.
     *
     * @param forBean which must be destroyed before the database is
     */
    Store open(String forBean) {
        return switch (properties.store()) {
            case MEMORY -> MemoryStore.create();
            case SQLITE -> file(properties.file());
            case DATA_SOURCE -> database(forBean);
            case AUTO -> properties.file() == null ? database(forBean) : file(properties.file());
        };
    }

    private Store file(@Nullable Path file) {
        if (file == null) {
            throw new SimurghConfigurationException(
                    "simurgh.journal.store: sqlite without a file (expected: simurgh.journal.file)", SAY_WHERE);
        }
        requireJdbc();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            folder.toFile().mkdirs(); // if that fails, the opening says so
        }
        return Jdbc.sqlite(file);
    }

    private Store database(String forBean) {
        NamedBeanHolder<DataSource> found = found();
        requireJdbc();
        beans.registerDependentBean(found.getBeanName(), forBean);
        try (Connection connection = found.getBeanInstance().getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            if (product.equals("SQLite")) {
                return file(fileOf(found.getBeanName(), connection.getMetaData().getURL()));
            }
            if (!product.equals("PostgreSQL")) {
                throw new SimurghConfigurationException(
                        "DataSource '" + found.getBeanName() + "': " + product
                                + " (expected: PostgreSQL or SQLite, for a journal)",
                        SAY_WHERE);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "DataSource '" + found.getBeanName() + "' gives no connection for the journal", e);
        }
        return Jdbc.of(found.getBeanInstance());
    }

    private NamedBeanHolder<DataSource> found() {
        String name = properties.dataSource();
        try {
            return name == null
                    ? beans.resolveNamedBean(DataSource.class)
                    : new NamedBeanHolder<>(name, beans.getBean(name, DataSource.class));
        } catch (NoSuchBeanDefinitionException e) { // also if there are several
            throw new SimurghConfigurationException(
                    "journal: " + e.getMessage() + " (expected: one DataSource, or one that is primary or named)",
                    SAY_WHERE);
        }
    }

    private static Path fileOf(String bean, String url) {
        String file = url.startsWith(SQLITE) ? url.substring(SQLITE.length()) : "";
        int parameters = file.indexOf('?');
        file = parameters < 0 ? file : file.substring(0, parameters);
        file = file.startsWith("file:") ? file.substring("file:".length()) : file;
        if (file.isEmpty() || file.startsWith(":")) {
            throw new SimurghConfigurationException(
                    "DataSource '" + bean + "': " + url + " (expected: a file, for a journal)", SAY_WHERE);
        }
        return Path.of(file);
    }

    private void requireJdbc() {
        if (!ClassUtils.isPresent("dev.simurgh.journal.jdbc.JdbcStore", beans.getBeanClassLoader())) {
            throw new SimurghConfigurationException(
                    "journal: no store for a database (expected: simurgh-journal-jdbc on the class path)",
                    "Add the dependency dev.simurgh:simurgh-journal-jdbc.");
        }
    }

    /** Apart, so that it is loaded only where it is on the class path. */
    private static final class Jdbc {
        static Store sqlite(Path file) {
            return JdbcStore.sqlite(file).open();
        }

        static Store of(DataSource pool) {
            return JdbcStore.of(pool).open();
        }
    }
}
