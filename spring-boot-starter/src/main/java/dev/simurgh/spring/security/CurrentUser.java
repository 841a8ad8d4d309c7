package dev.simurgh.spring.security;

import org.springframework.security.core.Authentication;

/** The user of one connection: as it was at the connect, or as its latest token says. For any thread. */
final class CurrentUser {
    private volatile Authentication authentication;

    CurrentUser(Authentication authentication) {
        this.authentication = authentication;
    }

    Authentication authentication() {
        return authentication;
    }

    /** Only by one of the same name. */
    void renew(Authentication fresh) {
        authentication = fresh;
    }
}
