package dev.simurgh.spring.security;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code application.properties} says of who may connect. Only with Spring Security.
 *
 * @param allowAnonymous whether the socket that is there by default lets in clients who show nothing, too
 * @param basic whether user names and passwords in the Authorization header are taken on Simurgh's own port
 * @param clockSkew for how long behind its end a token is still good, as for Spring's own JwtTimestampValidator
 * @param renewalTopic the topic that clients join who are to hear that their token ends, and renew it; empty for none
 * @param ticket what a page fetches from the application to connect with
 */
@ConfigurationProperties("simurgh.security")
public record SimurghSecurityProperties(
        @DefaultValue("false") boolean allowAnonymous,
        @DefaultValue("true") boolean basic,
        @DefaultValue("60s") Duration clockSkew,
        @DefaultValue("simurgh:session") String renewalTopic,
        @DefaultValue Ticket ticket) {
    /**
     * What a page fetches from the application to connect with, behind whatever the application has for its pages.
     *
     * @param path where it is fetched, by POST
     * @param maxAge for how long it is good; it is good once
     */
    public record Ticket(
            @DefaultValue("/simurgh/ticket") String path,
            @DefaultValue("30s") Duration maxAge) {
        /** Refuses what makes no sense. */
        public Ticket {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException(
                        "simurgh.security.ticket.path: '" + path + "' (expected: a slash first)");
            }
            if (maxAge.isNegative() || maxAge.isZero() || maxAge.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("simurgh.security.ticket.max-age: " + maxAge
                        + " (expected: more than zero, and a day at most, such as 30s)");
            }
        }

        private static final Duration LONGEST = Duration.ofDays(1);
    }
}
