package dev.simurgh.spring.security;

import dev.simurgh.channel.Endpoint;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.session.SessionDestroyedEvent;

/**
 * Ends the connections of users, on all nodes: of one who logs out, and whose session ends, by itself; and of whom the application says so. Their clients come back
 * at once, and have to show again who they are: those who still have a session elsewhere get in. For any thread.
 */
public class UserSockets {
    private final Endpoint endpoint;
    private final SpentTickets tickets;

    UserSockets(Endpoint endpoint, SpentTickets tickets) {
        this.endpoint = endpoint;
        this.tickets = tickets;
    }

    /** Ends the connections of a user, and its tickets: when it was disabled, or has other roles or another password. */
    public void disconnect(String username) {
        tickets.sendAway(username); // first: one that comes meanwhile is refused, or is there to be ended
        endpoint.disconnect(SocketSecurity.id(username));
    }

    @EventListener
    void loggedOut(LogoutSuccessEvent event) {
        disconnect(event.getAuthentication().getName());
    }

    @EventListener
    void sessionEnded(SessionDestroyedEvent event) {
        for (SecurityContext context : event.getSecurityContexts()) {
            Authentication user = context.getAuthentication();
            if (user != null && Authenticator.isSomebody(user)) {
                disconnect(user.getName());
            }
        }
    }
}
