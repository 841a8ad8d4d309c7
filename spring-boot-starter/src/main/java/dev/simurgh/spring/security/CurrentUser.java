package dev.simurgh.spring.security;

import java.util.function.Supplier;
import org.springframework.security.core.Authentication;

/** The user of one connection: as it was at the connect, or as its latest token says. For any thread. */
final class CurrentUser implements Supplier<Authentication> {
    private volatile Authentication authentication;

    CurrentUser(Authentication authentication) {
        this.authentication = authentication;
    }

    Authentication authentication() {
        return authentication;
    }

    /** For parameters of annotated channels, which know nothing of Spring Security. */
    @Override
    public Authentication get() {
        return authentication;
    }

    /** Only by one of the same name. */
    void renew(Authentication fresh) {
        authentication = fresh;
    }
}
