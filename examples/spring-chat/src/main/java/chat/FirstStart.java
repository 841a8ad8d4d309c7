package chat;

import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Makes what an empty database has to have before anybody comes: rooms, and three users to try it with. */
@Component
class FirstStart implements SmartInitializingSingleton {
    /** Those of the demo, whose passwords are on the page. */
    static final List<User> DEMO = List.of(
            new User("attar", "Attar", "feather", false),
            new User("hoopoe", "Hoopoe", "feather", false),
            new User("simurgh", "Simurgh", "thirty birds", true));

    private final Users users;
    private final Rooms rooms;
    private final PasswordEncoder encoder;
    private final ChatProperties properties;

    FirstStart(Users users, Rooms rooms, PasswordEncoder encoder, ChatProperties properties) {
        this.users = users;
        this.rooms = rooms;
        this.encoder = encoder;
        this.properties = properties;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (rooms.count() == 0) {
            long now = Clock.systemUTC().millis();
            rooms.open(new Rooms.Room("garden", "The garden"), now);
            rooms.open(new Rooms.Room("road", "On the road"), now + 1);
            rooms.open(new Rooms.Room("valleys", "Seven valleys"), now + 2);
        }
        if (properties.demo() && users.isEmpty()) {
            for (User user : DEMO) {
                users.add(new User(user.login(), user.name(), encoder.encode(user.password()), user.admin()));
            }
        }
    }
}
