package dev.simurgh.dashboard;

import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whoever asks from the server's own machine. The address alone does not say that: a proxy on this machine has it, too, and a web page of anywhere whose name leads to
 * 127.0.0.1 asks from the browser of a developer (DNS rebinding), with its own name in {@code Host}.
 */
final class LoopbackAccess implements DashboardAccess.Authorizer {
    private static final Pattern LOOPBACK_HOST =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");
    private static final List<String> OF_A_PROXY =
            List.of("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip");

    @Override
    public DashboardAccess decide(Request request) {
        boolean local = request.peer().map(LoopbackAccess::isLoopback).orElse(false)
                && OF_A_PROXY.stream().noneMatch(name -> request.header(name).isPresent())
                && LOOPBACK_HOST
                        .matcher(request.header("host").orElse("").toLowerCase(Locale.ROOT))
                        .matches();
        return local
                ? DashboardAccess.operator("local")
                : DashboardAccess.refused(Response.text(
                                "Forbidden: the dashboard is shown on the machine of the server only, at localhost")
                        .withStatus(403));
    }

    private static boolean isLoopback(InetSocketAddress peer) {
        return !peer.isUnresolved() && peer.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
        return "loopback only";
    }
}
