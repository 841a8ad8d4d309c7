package dev.simurgh.dashboard;

import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an {@link Authorizer} answers: whether somebody may see the dashboard, and whether to act there. Immutable. */
public final class DashboardAccess {
    private final @Nullable Viewer viewer;
    private final @Nullable Response refusal;

    private DashboardAccess(@Nullable Viewer viewer, @Nullable Response refusal) {
        this.viewer = viewer;
        this.refusal = refusal;
    }

    /** Decides who may see the dashboard. */
    @FunctionalInterface
    public interface Authorizer {
        /**
         * Decides about one request: for the page, each of its files, and each token, which the page renews every 40 s. So whoever is not let in any more has lost
         * sight of everything after {@value PageTokens#MAX_AGE_SECONDS} s. Runs on a worker thread of the server and may block. Throwing refuses, with status 500.
         */
        DashboardAccess decide(Request request) throws Exception;

        /** The same, but nobody may act. */
        default Authorizer viewOnly() {
            return request -> {
                DashboardAccess access = decide(request);
                Viewer viewer = access.viewer;
                return viewer == null ? access : viewer(viewer.name());
            };
        }
    }

    /**
     * Lets somebody in, to look.
     *
     * @param name who it is, as logs are to call them
     * @throws IllegalArgumentException if the name is empty
     */
    public static DashboardAccess viewer(String name) {
        return new DashboardAccess(new Viewer(name, false), null);
    }

    /**
     * Lets somebody in, to look and to end connections.
     *
     * @param name who it is, as logs are to call them
     * @throws IllegalArgumentException if the name is empty
     */
    public static DashboardAccess operator(String name) {
        return new DashboardAccess(new Viewer(name, true), null);
    }

    /** Lets nobody in; the answer has status 403. */
    public static DashboardAccess refused() {
        return refused(Response.text("Forbidden").withStatus(403));
    }

    /**
     * Lets nobody in.
     *
     * @param answer what the browser gets, such as a redirect to where one logs in; its status is not 200 to 299
     * @throws IllegalArgumentException if the status says that all is well
     */
    public static DashboardAccess refused(Response answer) {
        if (answer.status() < 300) {
            throw new IllegalArgumentException("answer: " + answer + " (expected: a status from 300 on, such as 403)");
        }
        return new DashboardAccess(null, answer);
    }

    /**
     * Lets in, as operators, those whose browser runs on the machine of the server: for development. They come from a loopback address, by no proxy, and ask
     * for {@code localhost} or a loopback address, so that no web page can have its own name lead here. Whoever shares the machine is let in, too.
     *
     * <p>Not for a server behind a proxy on the same machine: one that adds no header and asks for its target by address, as nginx does unless it is
     * told otherwise, looks the same as such a browser, and all its clients would be let in.
     */
    public static Authorizer loopback() {
        return new LoopbackAccess();
    }

    /**
     * Lets in, as operators, those who give a name and a password by HTTP's basic authentication, for which browsers ask. Without TLS, here or at the proxy in front,
     * anybody on the way can read them.
     *
     * @throws IllegalArgumentException if the name is empty or has a colon, or the password is shorter than {@value BasicAccess#MIN_PASSWORD_CHARS} characters
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7617">RFC 7617</a>
     */
    public static Authorizer basic(String name, String password) {
        return new BasicAccess(name, password);
    }

    /** Who it is, if somebody is let in. */
    @Nullable
    Viewer viewer() {
        return viewer;
    }

    /** The answer to who is not let in. */
    Response refusal() {
        return Objects.requireNonNull(refusal, "refusal");
    }

    @Override
    public String toString() {
        return viewer == null ? "refused: " + refusal : (viewer.mayAct() ? "operator " : "viewer ") + viewer.name();
    }
}
