package dev.simurgh.spring.test.app;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Socket;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleInfo;
import dev.simurgh.spring.SimurghChannel;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;

/** The parts of the application. */
final class Chat {
    private Chat() {}

    /** What somebody says. */
    public record Said(String text) {}

    /** A service that a test mocks. */
    public interface Rooms {
        /** What a room is called. */
        String title(String room);
    }

    /** Not for tests of channels. */
    @Service
    static class Database implements Rooms {
        Database() {
            throw new IllegalStateException("no database");
        }

        @Override
        public String title(String room) {
            return room;
        }
    }

    /** Wants the endpoint. */
    @Component
    static class News {
        News(Endpoint endpoint) {
            endpoint.broadcast("news", "up", Map.of());
        }
    }

    private record Reminder(Said said) {}

    /** A room. */
    @SimurghChannel("room:*")
    public static class Room {
        private final Rooms rooms;

        Room(Rooms rooms) {
            this.rooms = rooms;
        }

        @HandleIn("title")
        Said title(Socket socket) {
            return new Said(rooms.title(socket.topicRest()));
        }

        @HandleIn("remind")
        void remind(Said said, Socket socket) {
            socket.sendAfter(Duration.ofMinutes(10), new Reminder(said));
        }

        @HandleInfo
        void due(Reminder reminder, Socket socket) {
            socket.broadcast("reminder", reminder.said());
        }

        @HandleIn("fail")
        void fail() {
            throw new IllegalStateException("on purpose");
        }
    }

    /** Another. */
    @SimurghChannel("lobby")
    public static class Lobby {
        @HandleIn("hello")
        Said hello(Said said) {
            return said;
        }
    }
}
