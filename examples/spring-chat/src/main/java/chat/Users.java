package chat;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Repository;

/** Who may come in, by the table {@code users}. */
@Repository
class Users implements UserDetailsService {
    private final JdbcClient jdbc;

    Users(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<User> find(String login) {
        return jdbc.sql("SELECT login, name, password, admin FROM users WHERE login = ?")
                .param(login)
                .query((row, number) -> new User(
                        row.getString("login"),
                        row.getString("name"),
                        row.getString("password"),
                        row.getInt("admin") == 1))
                .optional();
    }

    /** Somebody who has come in. */
    User get(String login) {
        return find(login).orElseThrow(() -> new UsernameNotFoundException("nobody"));
    }

    /** Whether it is new: of two who sign up under one login, the first has it. */
    boolean add(User user) {
        return jdbc.sql(
                                "INSERT INTO users (login, name, password, admin) VALUES (?, ?, ?, ?) ON CONFLICT (login) DO NOTHING")
                        .params(user.login(), user.name(), user.password(), user.admin() ? 1 : 0)
                        .update()
                == 1;
    }

    boolean isEmpty() {
        return jdbc.sql("SELECT count(*) FROM users").query(Long.class).single() == 0;
    }

    @Override
    public UserDetails loadUserByUsername(String login) {
        User user = get(login);
        return org.springframework.security.core.userdetails.User.withUsername(user.login())
                .password(user.password())
                .roles(user.admin() ? new String[] {"USER", "ADMIN"} : new String[] {"USER"})
                .build();
    }
}
