package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Written;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The commit of a group. If the connection is lost before its answer has come, the database is asked on another what has become of the transaction, as
 * long as there is time. So it is seldom unknown whether something was stored.
 */
final class Commit {
    private static final String COMMITTED = "committed";
    private static final String ABORTED = "aborted";
    private static final long ASK_EVERY_NANOS = 20_000_000;

    private final Connections connections;
    private final Dialect dialect;
    private @Nullable Ready ready;

    Commit(Connections connections, Dialect dialect) {
        this.connections = connections;
        this.dialect = dialect;
    }

    /**
     * What is done but for the commit.
     *
     * @param committed what is to be noted then
     */
    record Ready(List<Written> written, Session.State state, Runnable committed) {}

    List<Written> run(Connections.Work<Ready> work) {
        long end = connections.end();
        try {
            return connections.write(
                    session -> {
                        Ready done = work.run(session);
                        ready = done;
                        session.commitWrites();
                        done.committed().run();
                        return done.written();
                    },
                    end);
        } catch (StoreException e) {
            Ready asked = ready;
            if (!e.outcomeUnknown()
                    || asked == null
                    || asked.state().transaction().isEmpty()) {
                throw e;
            }
            return ask(asked, end, e);
        }
    }

    private List<Written> ask(Ready asked, long end, StoreException failure) {
        while (end - System.nanoTime() > ASK_EVERY_NANOS) {
            String outcome = "";
            try {
                outcome = connections.write(session -> outcome(session, asked.state()), end);
            } catch (StoreException e) {
                failure.addSuppressed(e);
            }
            if (outcome.equals(COMMITTED)) {
                return asked.written();
            }
            if (outcome.equals(ABORTED)) {
                throw new StoreException(String.valueOf(failure.getMessage()), false, failure);
            }
            // the other side may not have noticed yet that we have gone
            LockSupport.parkNanos(ASK_EVERY_NANOS);
        }
        throw failure;
    }

    private String outcome(Session session, Session.State state) throws SQLException {
        try (PreparedStatement select = session.prepare(dialect.outcome())) {
            select.setString(1, state.transaction());
            select.setString(2, state.mark());
            try (ResultSet row = select.executeQuery()) {
                String outcome = row.next() ? row.getString(1) : null;
                return outcome == null ? "" : outcome;
            }
        }
    }
}
