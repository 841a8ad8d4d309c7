package dev.simurgh.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The dashboard: what goes on at all nodes, live in a web page. There is none until somebody is let in, by {@code access} or by a bean of type
 * {@code DashboardAccess.Authorizer}.
 *
 * @param access who is let in, if no bean decides
 * @param path where the page is, on the port of the sockets
 * @param username who is let in by password
 * @param password of at least 8 characters
 * @param viewOnly whether nobody may end connections
 * @param showPayloads whether a tap shows what is in payloads, not only their form
 */
@ConfigurationProperties("simurgh.dashboard")
public record SimurghDashboardProperties(
        @DefaultValue("none") Access access,
        @DefaultValue("/dashboard") String path,
        @DefaultValue("admin") String username,
        @Nullable String password,
        @DefaultValue("false") boolean viewOnly,
        @DefaultValue("false") boolean showPayloads) {
    /** Who is let in. */
    public enum Access {
        /** Nobody: there is no dashboard. */
        NONE,
        /** Whose browser runs on the machine of the server: for development, not behind a proxy. */
        LOOPBACK,
        /** Who gives the name and the password of the properties. */
        PASSWORD
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "SimurghDashboardProperties[access=" + access + ", path=" + path + ", username=" + username + "]";
    }
}
