package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The example of the package documentation. */
class PackageExampleTest {
    private final List<@Nullable Object> welcomed = new ArrayList<>();

    @Test
    void theExampleWorks() {
        String secretKeyBase = "a secret of more than twenty bytes";
        Tokens tokens = Tokens.of(secretKeyBase);

        String token = tokens.sign("user socket", 42);
        Optional<Long> userId = tokens.verify("user socket", token).as(Long.class);

        Verified verified = tokens.verify("user socket", token, Duration.ofHours(1));
        if (verified instanceof Verified.Valid valid) {
            welcome(valid.value());
        } else if (verified == Verified.Refused.EXPIRED) {
            askToLogInAgain();
        }

        assertThat(userId).contains(42L);
        assertThat(welcomed).containsExactly(42L);
    }

    private void welcome(@Nullable Object user) {
        welcomed.add(user);
    }

    private void askToLogInAgain() {
        throw new AssertionError("the token is new");
    }
}
