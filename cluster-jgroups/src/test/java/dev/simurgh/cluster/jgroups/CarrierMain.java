package dev.simurgh.cluster.jgroups;

import dev.simurgh.cluster.NodeAddress;
import dev.simurgh.cluster.spi.Link;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A node in a process of its own: its name and contacts are arguments, its commands come in, what happens goes out. */
final class CarrierMain {
    private CarrierMain() {}

    public static void main(String[] args) throws Exception {
        JGroupsCluster.Builder options = JGroupsCluster.builder().name(args[0]);
        for (String contact : Arrays.copyOfRange(args, 1, args.length)) {
            if (contact.startsWith("dns:")) {
                options.dns(contact.substring(4));
            } else if (contact.startsWith("secret:")) {
                options.secret(contact.substring(7));
            } else {
                options.connect(contact);
            }
        }
        Recorder recorder = new Recorder() {
            @Override
            public void up(Link link) {
                super.up(link);
                System.out.println("nodes " + links.size());
            }

            @Override
            public void received(Link link, byte[] array, int offset, int length) {
                long before = total();
                super.received(link, array, offset, length);
                if (before / 1000 != total() / 1000) {
                    System.out.println("got " + total() / 1000 * 1000);
                }
            }

            @Override
            public void down(Link link) {
                super.down(link);
                System.out.println("nodes " + links.size());
            }
        };
        JGroupsCarrier carrier = new JGroupsCarrier(options);
        carrier.start(recorder);
        System.out.println("started");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "connect" -> {
                    carrier.connect(NodeAddress.parse(words[1])).join();
                    System.out.println("connected");
                }
                case "send" -> {
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                        var message = Recorder.message(i, Integer.parseInt(words[2]));
                        recorder.links.forEach(link -> link.send(message));
                    }
                    System.out.println("sent");
                }
                case "faults" -> System.out.println("faults " + recorder.faults);
                case "close" -> {
                    carrier.close();
                    System.out.println("closed");
                }
                default -> System.out.println("unknown command " + line);
            }
        }
        System.exit(0);
    }
}
