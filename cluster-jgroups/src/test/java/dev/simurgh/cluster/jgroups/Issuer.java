package dev.simurgh.cluster.jgroups;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Issues certificates for a test, with the JDK's own keytool. */
final class Issuer {
    private static final String PASSWORD = "changeit";

    /** A certificate with its chain, and its key. */
    record Pem(Path chain, Path key) {}

    private final Path directory;
    private final String name;

    Issuer(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        generate(name, "EC", "-ext", "bc:c", "-validity", "3650");
        writeCertificate(name);
    }

    Path certificate() {
        return directory.resolve(name + ".crt");
    }

    /** Issues one for a year from now. */
    Pem issue(String node, String algorithm) {
        return issue(node, algorithm, "-validity", "365");
    }

    /** Issues one that has ended. */
    Pem issueExpired(String node) {
        return issue(node, "EC", "-startdate", "-30d", "-validity", "10");
    }

    private Pem issue(String node, String algorithm, String... dates) {
        List<String> more = new ArrayList<>(List.of("-signer", name));
        more.addAll(List.of(dates));
        generate(node, algorithm, more.toArray(String[]::new));
        return export(node);
    }

    private void generate(String alias, String algorithm, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", algorithm, "-dname", "CN=" + alias));
        arguments.addAll(List.of(more));
        keytool(arguments.toArray(String[]::new));
    }

    private Path store() {
        return directory.resolve(name + ".p12");
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", store().toString()));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new AssertionError(command + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Pem export(String node) {
        Path chain = writeCertificate(node);
        Path key = directory.resolve(node + ".key");
        try {
            Files.writeString(
                    key,
                    pem(
                            "PRIVATE KEY",
                            pairs().getKey(node, PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return new Pem(chain, key);
    }

    /** The node's own, without that of the issuer. */
    private Path writeCertificate(String of) {
        try {
            return Files.writeString(
                    directory.resolve(of + ".crt"),
                    pem("CERTIFICATE", pairs().getCertificate(of).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private KeyStore pairs() throws IOException, GeneralSecurityException {
        KeyStore pairs = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            pairs.load(in, PASSWORD.toCharArray());
        }
        return pairs;
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }
}
