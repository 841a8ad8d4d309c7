package dev.simurgh.cluster.jgroups;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jgroups.View;
import org.jgroups.protocols.PingData;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself and of those it is with, to one whom it meets.
 *
 * @param wanted the name of the node it is for; empty for any
 * @param view those it is with; null before it has joined them
 * @param members where each is found
 */
record Introduction(String wanted, @Nullable View view, List<PingData> members) {
    /** More than any cluster has: what is read may come from anywhere. */
    private static final int MAX_MEMBERS = 10_000;

    boolean isFor(String nodeName) {
        return wanted.isEmpty() || wanted.equals(Contact.nameOf(nodeName));
    }

    ByteArray toBytes() {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(256);
        try {
            write(out);
        } catch (IOException e) {
            throw new AssertionError(e); // it is in memory
        }
        return out.getBuffer();
    }

    private void write(DataOutput out) throws IOException {
        out.writeUTF(wanted);
        out.writeBoolean(view != null);
        if (view != null) {
            new View(view.getViewId(), view.getMembersRaw())
                    .writeTo(out); // as of a plain one: a merge view writes more
        }
        out.writeInt(members.size());
        for (PingData member : members) {
            member.writeTo(out);
        }
    }

    static Introduction of(byte[] array, int offset, int length) throws IOException, ClassNotFoundException {
        DataInput in = new ByteArrayDataInputStream(array, offset, length);
        String wanted = in.readUTF();
        View view = null;
        if (in.readBoolean()) {
            view = new View();
            view.readFrom(in);
            if (view.size() == 0 || Arrays.asList(view.getMembersRaw()).contains(null)) {
                throw new IOException("introduction with a view of nobody");
            }
        }
        int size = in.readInt();
        if (size < 1 || size > MAX_MEMBERS) {
            throw new IOException("introduction of " + size + " members (expected: 1 to " + MAX_MEMBERS + ")");
        }
        List<PingData> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            PingData member = new PingData();
            member.readFrom(in);
            if (member.getAddress() == null) {
                throw new IOException("introduction of a member without an address");
            }
            members.add(member);
        }
        return new Introduction(wanted, view, members);
    }
}
