package dev.simurgh.jakarta;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, as its container sees it. Public for the container; no API. */
public final class WebSocketEndpoint extends Endpoint {
    private static final Logger log = LoggerFactory.getLogger(WebSocketEndpoint.class);
    private static final String TOMCAT = "org.apache.tomcat.websocket.";

    /** How long a piece may be; Tomcat keeps a buffer of that length for each connection. */
    private static final int PIECE_CHARS = 2048;

    private final Upgrade upgrade;
    private @Nullable Incoming incoming;
    private @Nullable JakartaWire wire;

    WebSocketEndpoint(Upgrade upgrade) {
        this.upgrade = upgrade;
    }

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxTextMessageBufferSize(PIECE_CHARS);
        session.setMaxIdleTimeout(0); // silence is judged by the connection
        limitBlocking(session.getUserProperties());
        JakartaWire opened = upgrade.wire(session);
        Incoming receiver = new Incoming(upgrade.opened(opened), upgrade.terms());
        wire = opened;
        incoming = receiver;
        session.addMessageHandler(String.class, (MessageHandler.Partial<String>) receiver::text);
        session.addMessageHandler(ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) receiver::binary);
        session.addMessageHandler(PongMessage.class, (MessageHandler.Whole<PongMessage>)
                pong -> receiver.pong(pong.getApplicationData()));
    }

    /** Tomcat answers pings on the thread that reads them, and waits for a client that does not take the answer; other containers ignore these. */
    private void limitBlocking(Map<String, Object> properties) {
        properties.put(
                TOMCAT + "BLOCKING_SEND_TIMEOUT", upgrade.millis(upgrade.terms().slowTicks()));
        properties.put(
                TOMCAT + "SESSION_CLOSE_TIMEOUT", upgrade.millis(upgrade.terms().closeTicks()));
        properties.put(TOMCAT + "ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT", 200L);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        Incoming receiver = incoming;
        JakartaWire ended = wire;
        if (receiver != null && ended != null && ended.isEnd()) {
            String phrase = reason.getReasonPhrase();
            receiver.gone(reason.getCloseCode().getCode(), phrase == null ? "" : phrase);
        }
    }

    @Override
    public void onError(Session session, Throwable cause) {
        log.debug("a WebSocket failed: {}", cause.toString()); // it is closed, which is told of next
    }
}
