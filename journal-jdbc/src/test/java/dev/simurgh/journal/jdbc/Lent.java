package dev.simurgh.journal.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** The simplest pool that an application can have: it lends its connections in turn, and looks at none that comes back. */
final class Lent {
    private Lent() {}

    /** What happens when a connection is given back. */
    interface Back {
        void close() throws SQLException;
    }

    static DataSource pool(Back back, Connection... connections) {
        AtomicInteger turn = new AtomicInteger();
        List<Connection> all = List.of(connections);
        return (DataSource) Proxy.newProxyInstance(
                Lent.class.getClassLoader(), new Class<?>[] {DataSource.class}, (pool, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return lend(all.get(turn.getAndIncrement() % all.size()), back);
                });
    }

    private static Connection lend(Connection connection, Back back) {
        return (Connection) Proxy.newProxyInstance(
                Lent.class.getClassLoader(), new Class<?>[] {Connection.class}, (lent, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        back.close();
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
