package dev.simurgh.transport.carry;

import dev.simurgh.protocol.CloseCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a client may say in a close frame.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455, section 7.4</a>
 */
public final class CloseFrames {
    private CloseFrames() {}

    /**
     * The code to answer a client's close frame with: 1000, as Phoenix on Bandit does, or 1002 if the frame breaks a
     * rule.
     */
    public static int answerTo(byte[] content) {
        if (content.length == 0) {
            return CloseCode.NORMAL;
        }
        if (content.length == 1 || !mayBeSent(code(content))) {
            return CloseCode.PROTOCOL_ERROR;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 2, content.length - 2));
            return CloseCode.NORMAL;
        } catch (CharacterCodingException e) {
            return CloseCode.PROTOCOL_ERROR;
        }
    }

    /** The code that a client gave, {@link CloseCode#NO_CODE} if none. */
    public static int code(byte[] content) {
        return content.length < 2 ? CloseCode.NO_CODE : (content[0] & 0xFF) << 8 | (content[1] & 0xFF);
    }

    /** The reason that a client gave, or nothing. */
    public static String reason(byte[] content) {
        return content.length < 2 ? "" : new String(content, 2, content.length - 2, StandardCharsets.UTF_8);
    }

    private static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
