package dev.simurgh.cluster.jgroups;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.jgroups.util.ByteArrayDataInputStream;

/** Any bytes as a message of the cluster's engine, as they come to its port: a message, or none. The first byte is its type. */
class IncomingFuzzTest {
    @FuzzTest
    void incoming(byte[] data) {
        if (data.length < 2) {
            return;
        }
        try {
            IncomingMessages.read(data[0], new ByteArrayDataInputStream(data, 1, data.length - 1));
        } catch (IOException | ClassNotFoundException | RuntimeException expected) {
            // what no node sends, and is no more than a line of the log
        }
    }
}
