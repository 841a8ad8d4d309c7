package chat;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What this application signs with: made once, and the same after a restart and on all nodes, since it is in the database that they share. */
@Repository
class Secrets {
    private final JdbcClient jdbc;

    Secrets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    String of(String purpose) {
        byte[] random = new byte[48];
        new SecureRandom().nextBytes(random);
        jdbc.sql("INSERT INTO secrets (purpose, secret) VALUES (?, ?) ON CONFLICT (purpose) DO NOTHING")
                .params(purpose, HexFormat.of().formatHex(random))
                .update();
        return jdbc.sql("SELECT secret FROM secrets WHERE purpose = ?")
                .param(purpose)
                .query(String.class)
                .single();
    }
}
