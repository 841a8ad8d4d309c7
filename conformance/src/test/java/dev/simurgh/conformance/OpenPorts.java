package dev.simurgh.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ports on which a process listens, and those that it takes datagrams on, as Linux tells in {@code /proc}. */
final class OpenPorts {
    private static final String LISTENS = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final String V4_IN_V6 = "0000000000000000FFFF0000";

    private OpenPorts() {}

    /** Such as {@code tcp 127.0.0.1:4000}, sorted. */
    static List<String> of(ProcessHandle process) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        Set<String> sockets = sockets(proc.resolve("fd"));
        List<String> ports = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            for (String line : Files.readAllLines(proc.resolve("net").resolve(table))) {
                String[] words = line.strip().split("\\s+", -1);
                boolean open = table.startsWith("udp") || words[STATE].equals(LISTENS);
                if (sockets.contains(words[INODE]) && open) {
                    ports.add(table.replace("6", "") + " " + address(words[LOCAL]));
                }
            }
        }
        return ports.stream().sorted().toList();
    }

    /** The inodes of its sockets. */
    private static Set<String> sockets(Path descriptors) throws IOException {
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(OpenPorts::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** The kernel writes the address as words in the order of the machine's bytes, which is little-endian on all that we run on. */
    private static String address(String hex) {
        String[] parts = hex.split(":", 2);
        String host = parts[0].startsWith(V4_IN_V6) ? parts[0].substring(V4_IN_V6.length()) : parts[0];
        int port = HexFormat.fromHexDigits(parts[1]);
        if (host.length() > 8) {
            return "[" + host + "]:" + port;
        }
        byte[] bytes = HexFormat.of().parseHex(host);
        return (bytes[3] & 255) + "." + (bytes[2] & 255) + "." + (bytes[1] & 255) + "." + (bytes[0] & 255) + ":" + port;
    }
}
