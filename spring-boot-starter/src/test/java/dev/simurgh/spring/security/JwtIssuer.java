package dev.simurgh.spring.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;

/** Who issues JWTs, and shows its keys. */
final class JwtIssuer implements AutoCloseable {
    /** Made once: each takes a second. */
    private static final RSAKey FIRST = newKey("one");

    private static final RSAKey SECOND = newKey("two");
    /** Of somebody else, who uses the name of the first. */
    private static final RSAKey FORGED = new RSAKey.Builder(SECOND).keyID("one").build();

    private final HttpServer server;
    private volatile RSAKey key = FIRST;
    /** It shows no keys. */
    volatile boolean down;
    /** How often its keys were fetched. */
    final AtomicInteger fetches = new AtomicInteger();

    JwtIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(down ? 503 : 200, down ? -1 : keys.length);
            if (!down) {
                exchange.getResponseBody().write(keys);
            }
            exchange.close();
        });
        server.start();
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    String jwksUri() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    }

    /** Signs with another key from now on, and shows no other. */
    void rotate() {
        key = SECOND;
    }

    private static JWTClaimsSet claims(String user, Instant until) {
        return new JWTClaimsSet.Builder()
                .subject(user)
                .claim("scope", "chat")
                .issueTime(Date.from(until.minusSeconds(3600)))
                .expirationTime(Date.from(until))
                .build();
    }

    String token(String user, Instant until) {
        return signed(key, user, until);
    }

    /** By somebody else. */
    String forged(String user, Instant until) {
        return signed(FORGED, user, until);
    }

    private static String signed(RSAKey with, String user, Instant until) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(with.getKeyID())
                            .build(),
                    claims(user, until));
            jwt.sign(new RSASSASigner(with));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** With the public key as a secret. */
    String confused(String user, Instant until) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims(user, until));
            jwt.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** With {@code alg} none. */
    static String unsigned(String user, Instant until) {
        return new PlainJWT(claims(user, until)).serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
