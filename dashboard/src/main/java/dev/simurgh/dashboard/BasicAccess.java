package dev.simurgh.dashboard;

import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** One name and password, by RFC 7617. How long the comparison takes tells nothing about how much of them was right. */
final class BasicAccess implements DashboardAccess.Authorizer {
    static final int MIN_PASSWORD_CHARS = 8;

    private static final String SCHEME = "basic ";
    private static final int MAX_CREDENTIAL_CHARS = 4096;

    private final String name;
    private final byte[] expected;

    BasicAccess(String name, String password) {
        if (name.indexOf(':') >= 0) {
            throw new IllegalArgumentException("name: " + name + " (expected: without a colon, which ends it)");
        }
        if (password.length() < MIN_PASSWORD_CHARS) {
            throw new IllegalArgumentException("password: " + password.length() + " characters (expected: at least "
                    + MIN_PASSWORD_CHARS + ", best made at random)");
        }
        this.name = new Viewer(name, true).name();
        this.expected = digest((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public DashboardAccess decide(Request request) {
        byte[] given = digest(credentials(request.header("authorization").orElse("")));
        return MessageDigest.isEqual(given, expected)
                ? DashboardAccess.operator(name)
                : DashboardAccess.refused(Response.text("Unauthorized")
                        .withStatus(401)
                        .withHeader("WWW-Authenticate", "Basic realm=\"dashboard\", charset=\"UTF-8\""));
    }

    private static byte[] credentials(String header) {
        if (header.length() > MAX_CREDENTIAL_CHARS || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return new byte[0]; // no base64: nobody's name and password
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "basic authentication of " + name;
    }
}
