package dev.simurgh.spring.security;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UserDetailsRepositoryReactiveAuthenticationManager;
import org.springframework.security.config.annotation.authentication.configuration.AuthenticationConfiguration;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.util.ClassUtils;

/** Finds what the application checks user names and passwords with, when the first is asked for. */
final class Passwords implements Supplier<@Nullable AuthenticationManager> {
    /** For what answers later, where it is waited for on a thread that may. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ListableBeanFactory beans;
    private boolean looked; // with the next, guarded by this
    private @Nullable AuthenticationManager found;

    Passwords(ListableBeanFactory beans) {
        this.beans = beans;
    }

    static AuthenticationManager blocking(ReactiveAuthenticationManager manager) {
        return asked -> manager.authenticate(asked).block(PATIENCE);
    }

    @Override
    public synchronized @Nullable AuthenticationManager get() {
        if (!looked) {
            found = find().orElse(null);
            looked = true;
        }
        return found;
    }

    private Optional<AuthenticationManager> find() {
        return bean(AuthenticationManager.class).or(this::configured).or(this::reactive);
    }

    private Optional<AuthenticationManager> configured() {
        if (!ClassUtils.isPresent(
                "org.springframework.security.config.annotation.authentication.configuration.AuthenticationConfiguration",
                Passwords.class.getClassLoader())) {
            return Optional.empty();
        }
        return bean(AuthenticationConfiguration.class).map(configuration -> {
            try {
                return configuration.getAuthenticationManager();
            } catch (Exception e) {
                throw new IllegalStateException("the application's AuthenticationManager cannot be made", e);
            }
        });
    }

    private Optional<AuthenticationManager> reactive() {
        if (!ClassUtils.isPresent("reactor.core.publisher.Mono", Passwords.class.getClassLoader())) {
            return Optional.empty();
        }
        return bean(ReactiveAuthenticationManager.class)
                .or(() -> bean(ReactiveUserDetailsService.class).map(users -> {
                    var manager = new UserDetailsRepositoryReactiveAuthenticationManager(users);
                    bean(PasswordEncoder.class).ifPresent(manager::setPasswordEncoder);
                    return manager;
                }))
                .map(Passwords::blocking);
    }

    /**
     * Looks up a user that the application keeps.
     *
     * @throws UsernameNotFoundException if it keeps users, but not this one
     */
    Optional<UserDetails> user(String name) {
        Optional<UserDetailsService> users = bean(UserDetailsService.class);
        if (users.isPresent()) {
            return Optional.of(users.get().loadUserByUsername(name));
        }
        if (!ClassUtils.isPresent("reactor.core.publisher.Mono", Passwords.class.getClassLoader())) {
            return Optional.empty();
        }
        return bean(ReactiveUserDetailsService.class)
                .map(reactive -> Optional.ofNullable(
                                reactive.findByUsername(name).block(PATIENCE))
                        .orElseThrow(() -> new UsernameNotFoundException("no such user")));
    }

    /** Of several the primary one; none if there is no such. */
    private <T> Optional<T> bean(Class<T> type) {
        return Optional.ofNullable(beans.getBeanProvider(type).getIfUnique());
    }
}
