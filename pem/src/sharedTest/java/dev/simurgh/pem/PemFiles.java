package dev.simurgh.pem;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A self-signed certificate and its key, made for a test by the JDK's own keytool. */
public record PemFiles(Path chain, Path key) {
    private static final String PASSWORD = "changeit";

    /** Makes a pair, with names of its own; the algorithm is EC, RSA or Ed25519. */
    public static PemFiles make(Path directory, String name, String algorithm) {
        Path store = directory.resolve(name + ".p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-J-XX:TieredStopAtLevel=1",
                            "-J-XX:+UseSerialGC",
                            "-genkeypair",
                            "-alias",
                            "pair",
                            "-keyalg",
                            algorithm,
                            "-dname",
                            "CN=" + name,
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new AssertionError(said);
            }
            KeyStore pair = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                pair.load(in, PASSWORD.toCharArray());
            }
            PemFiles files = new PemFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
            Files.writeString(
                    files.chain, pem("CERTIFICATE", pair.getCertificate("pair").getEncoded()));
            Files.writeString(
                    files.key,
                    pem(
                            "PRIVATE KEY",
                            pair.getKey("pair", PASSWORD.toCharArray()).getEncoded()));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    /** Copies one file over another. */
    public static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
