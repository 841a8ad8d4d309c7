package dev.simurgh.journal.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A pool whose connections something is done with each time before they are lent. */
final class Wrapped extends HikariDataSource {
    private final OpeningDataSource.Preparation preparation;

    Wrapped(DataSource source, OpeningDataSource.Preparation preparation) {
        super(config(source));
        this.preparation = preparation;
    }

    private static HikariConfig config(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMaximumPoolSize(2);
        return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        preparation.prepare(connection);
        return connection;
    }
}
