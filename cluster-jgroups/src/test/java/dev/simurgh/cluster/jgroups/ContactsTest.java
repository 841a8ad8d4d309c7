package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsTest {
    private final Contacts contacts = new Contacts("here@127.0.0.1", List::of);

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 1_000, -1})
    void moreMembersThanAMessageHasRoomForAreNone(int members) {
        byte[] message = ByteBuffer.allocate(60).putInt(members).array();
        assertNull(contacts.readPingData(message, 0, message.length));
    }

    @Test
    void aMessageTooShortForTheirNumberHasNone() {
        assertNull(contacts.readPingData(new byte[3], 0, 3));
        assertNull(contacts.readPingData(null, 0, 0));
    }
}
