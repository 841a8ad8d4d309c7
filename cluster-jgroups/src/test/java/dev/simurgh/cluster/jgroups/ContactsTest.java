package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.protocols.PingData;
import org.jgroups.util.ByteArray;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
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

    private final Address stranger = UUID.randomUUID();

    private Introduction heard(@Nullable View view, PingData... members) throws Exception {
        ByteArray said = new Introduction("", view, List.of(members)).toBytes();
        return Introduction.of(said.getArray(), said.getOffset(), said.getLength());
    }

    /** They were exceptions further on, in what handles them here and in JGroups. */
    @Test
    void introductionsOfNobodyMakeNoSense() throws Exception {
        View view = View.create(stranger, 1, stranger);
        PingData member = new PingData(stranger, true);
        assertEquals(view, heard(view, member).view());
        assertEquals(List.of(member), heard(null, member).members());
        assertThrows(IOException.class, () -> heard(view));
        assertThrows(IOException.class, () -> heard(View.create(stranger, 1), member));
        assertThrows(IOException.class, () -> heard(View.create(stranger, 1, stranger, null), member));
        assertThrows(IOException.class, () -> heard(view, member, new PingData(null, true)));
    }
}
