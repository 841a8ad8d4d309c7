package dev.simurgh.dashboard;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.StopReason;
import dev.simurgh.channel.TimerRef;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The channel of one viewer: what they look at, and what they do. */
final class DashboardChannel {
    static final String TOPIC = "dashboard:main";

    private static final Map<String, String> UNAUTHORIZED = reason("unauthorized");
    private static final int MAX_NAME_CHARS = 1000;

    private final Dashboard dashboard;
    private @Nullable Watcher watcher;
    private @Nullable TimerRef expiry;

    record Tap(@Nullable String topic) {}

    record Cut(@Nullable String node, @Nullable String id) {}

    record Disconnect(@Nullable String name) {}

    record Renew(@Nullable String token) {}

    /** The token is to be looked at again: it may be over. */
    private enum Expiry {
        DUE
    }

    private DashboardChannel(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    static ChannelSpec<DashboardChannel> spec(Dashboard dashboard) {
        return ChannelSpec.<DashboardChannel>builder(() -> new DashboardChannel(dashboard))
                .nonBlocking() // what takes time, the dashboard's own threads do: a scheduler that hangs is to be seen
                .join(Renew.class, DashboardChannel::join)
                .handleIn("look", Look.class, DashboardChannel::look)
                .handleIn("tap", Tap.class, DashboardChannel::tap)
                .handleIn("untap", DashboardChannel::untap)
                .handleIn("cut", Cut.class, DashboardChannel::cut)
                .handleIn("disconnect", Disconnect.class, DashboardChannel::disconnect)
                .handleIn("renew", Renew.class, DashboardChannel::renew)
                .handleInfo(Expiry.class, DashboardChannel::expired)
                .terminate(DashboardChannel::terminate)
                .build();
    }

    private static Map<String, String> reason(String text) {
        return Map.of("reason", text);
    }

    private static Session session(Socket socket) {
        return socket.assigns().get(Session.KEY);
    }

    private JoinResult join(Renew renew, Socket socket) {
        Session session = session(socket);
        if (!renewed(renew, socket) && session.left(dashboard.now()) <= 0) {
            return JoinResult.error(UNAUTHORIZED);
        }
        Watcher entering = new Watcher(socket);
        if (!dashboard.viewers().add(entering)) {
            return JoinResult.error(reason(
                    "viewers: " + dashboard.viewers().most() + " already (expected: fewer; close another page)"));
        }
        watcher = entering;
        socket.atEnd(() -> dashboard.viewers().remove(entering));
        expireLater(socket);
        Audit.did(session, "looks at", dashboard.node());
        return JoinResult.ok(dashboard.welcome(session.viewer()));
    }

    private Watcher watcher() {
        if (watcher == null) {
            throw new IllegalStateException("no viewer has joined");
        }
        return watcher;
    }

    private Result look(Look look, Socket socket) {
        Optional<String> fault = look.fault(dashboard.nodeNames());
        if (fault.isPresent()) {
            return Result.error(reason(fault.get()));
        }
        dashboard.viewers().look(watcher(), look);
        return Result.ok();
    }

    private Result tap(Tap tap, Socket socket) {
        String topic = tap.topic;
        if (topic == null || topic.isEmpty() || topic.length() > MAX_NAME_CHARS) {
            return Result.error(reason("topic: (expected: 1 to " + MAX_NAME_CHARS + " characters)"));
        }
        Audit.did(session(socket), "taps", topic);
        dashboard.viewers().tap(watcher(), Optional.of(topic));
        return Result.ok();
    }

    private Result untap(Socket socket) {
        dashboard.viewers().tap(watcher(), Optional.empty());
        return Result.ok();
    }

    private Result cut(Cut cut, Socket socket) {
        Session session = session(socket);
        String node = cut.node == null || cut.node.isEmpty() ? dashboard.node() : cut.node;
        String id = cut.id == null ? "" : cut.id;
        String what = "connection " + id + " of " + node;
        if (!session.viewer().mayAct()) {
            Audit.refused(session, "cut", what);
            return Result.error(UNAUTHORIZED);
        }
        if (!dashboard.nodeNames().contains(node)) {
            return Result.error(reason("node: " + node + " (expected: one of " + dashboard.nodeNames() + ")"));
        }
        Audit.did(session, "cuts", what);
        SocketRef ref = socket.ref();
        dashboard.cut(node, id, session, fault -> fault.ifPresentOrElse(why -> ref.error(reason(why)), ref::ok));
        return Result.noReply();
    }

    private Result disconnect(Disconnect asked, Socket socket) {
        Session session = session(socket);
        String name = asked.name;
        if (name == null || name.isEmpty() || name.length() > MAX_NAME_CHARS) {
            return Result.error(reason("name: (expected: 1 to " + MAX_NAME_CHARS + " characters)"));
        }
        if (!session.viewer().mayAct()) {
            Audit.refused(session, "disconnect", name);
            return Result.error(UNAUTHORIZED);
        }
        Audit.did(session, "disconnects", name);
        socket.endpoint().disconnect(name);
        return Result.ok();
    }

    private Result renew(Renew renew, Socket socket) {
        if (!renewed(renew, socket)) {
            return Result.error(UNAUTHORIZED);
        }
        expireLater(socket);
        return Result.ok();
    }

    private boolean renewed(Renew renew, Socket socket) {
        Optional<PageTokens.Shown> shown = dashboard.tokens().verify(renew.token == null ? "" : renew.token);
        shown.ifPresent(good -> session(socket).renew(good, dashboard.now()));
        return shown.isPresent();
    }

    private void expireLater(Socket socket) {
        if (expiry != null) {
            expiry.cancel();
        }
        expiry = socket.sendAfter(Duration.ofNanos(Math.max(0, session(socket).left(dashboard.now()))), Expiry.DUE);
    }

    private Next expired(Expiry due, Socket socket) {
        if (session(socket).left(dashboard.now()) > 0) {
            expireLater(socket); // it was under way when the token was renewed
            return Result.noReply();
        }
        Audit.did(session(socket), "is not shown any more:", "the page has not renewed its token");
        return Result.stop();
    }

    private void terminate(StopReason reason, Socket socket) {
        Audit.did(session(socket), "looks no more at", dashboard.node());
    }
}
