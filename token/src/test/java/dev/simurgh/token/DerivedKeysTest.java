package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DerivedKeysTest {
    private static final String SECRET = "a secret of more than twenty bytes";

    private final DerivedKeys keys = new DerivedKeys(SECRET.getBytes(StandardCharsets.UTF_8), 1, 32, Digest.SHA256);

    @Test
    void aKeyIsDerivedOnce() {
        assertThat(keys.forSalt("salt")).isSameAs(keys.forSalt("salt"));
    }

    @Test
    void theirNumberIsBounded() {
        byte[] first = keys.forSalt("salt 0");
        for (int i = 0; i < 5_000; i++) {
            keys.forSalt("salt " + i);
            assertThat(keys.remembered()).isLessThanOrEqualTo(DerivedKeys.MAX_KEYS);
        }
        assertThat(keys.remembered()).isEqualTo(DerivedKeys.MAX_KEYS);
        assertThat(keys.forSalt("salt 0")).isEqualTo(first);
    }

    @Test
    void manyThreadsMaySignAndVerifyWithMoreSaltsThanAreRemembered() throws Exception {
        Tokens tokens = Tokens.builder(SECRET).keyIterations(1).build();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                long start = 100L * thread;
                work.add(() -> countGood(tokens, start));
            }
            for (Future<Integer> good : threads.invokeAll(work)) {
                assertThat(good.get()).isEqualTo(2_000);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static int countGood(Tokens tokens, long start) {
        int good = 0;
        for (int i = 0; i < 1_000; i++) {
            String salt = "salt " + (start + i) % 400;
            long value = start + i;
            if (tokens.verify(salt, tokens.sign(salt, value)).equals(new Verified.Valid(value))) {
                good++;
            }
            if (tokens.decrypt(salt, tokens.encrypt(salt, value)).equals(new Verified.Valid(value))) {
                good++;
            }
        }
        return good;
    }
}
