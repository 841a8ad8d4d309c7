package dev.simurgh.spring.security;

import java.time.Instant;
import java.util.Optional;
import org.springframework.security.core.Authentication;

/**
 * A user whom Spring Security knows.
 *
 * @param until for how long, if what the user has shown says so
 */
record Known(Authentication authentication, Optional<Instant> until) {}
