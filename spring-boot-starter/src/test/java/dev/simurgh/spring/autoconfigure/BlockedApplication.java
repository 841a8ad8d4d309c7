package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.Terminate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Channels of both styles whose callbacks wait for a database, a thousand at the same time. That so many wait at once shows that none of them holds
 * the thread that carries it: there are as many of those as processors.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BlockedApplication {
    static final boolean VIRTUAL = Runtime.version().feature() >= 21;
    private static final int CLIENTS = 10;
    private static final int ROOMS =
            VIRTUAL ? 100 : 50; // of each client: the scheduler of older versions has 512 threads
    private static final int ALL = CLIENTS * ROOMS;

    /** Where statements wait until so many are there and somebody lets them go. */
    private record Gate(CountDownLatch expected, CountDownLatch open) {
        static Gate of(int expected) {
            return new Gate(new CountDownLatch(expected), new CountDownLatch(1));
        }
    }

    private static final Set<Boolean> VIRTUAL_THREADS = ConcurrentHashMap.newKeySet();
    private static volatile Gate gate = Gate.of(0);

    /** A function of the database. */
    public static boolean waitForYourTurn() throws InterruptedException {
        gate.expected.countDown();
        return gate.open.await(20, TimeUnit.SECONDS);
    }

    /** A query that takes long. */
    static final class Database {
        private final JdbcDataSource source = new JdbcDataSource();
        private final Connection first;

        Database() throws SQLException {
            source.setURL("jdbc:h2:mem:blocked" + System.nanoTime());
            first = source.getConnection(); // it is there as long as this is open
            try (Statement statement = first.createStatement()) {
                statement.execute("create alias WAIT_FOR_YOUR_TURN for '" + BlockedApplication.class.getName()
                        + ".waitForYourTurn'");
            }
        }

        void query() {
            VIRTUAL_THREADS.add(Thread.currentThread().toString().startsWith("VirtualThread"));
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("call WAIT_FOR_YOUR_TURN()");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    record Turn(int turn) {}

    @SimurghChannel("noted:*")
    static class Noted {
        private final Database database;
        private int turn;

        Noted(Database database) {
            this.database = database;
        }

        @Join
        void join() {
            database.query();
        }

        @HandleIn("query")
        Turn query() {
            database.query();
            return new Turn(++turn);
        }

        @Terminate
        void terminate() {
            database.query();
        }
    }

    private static final class Built {
        private int turn;
    }

    @Bean
    Database database() throws SQLException {
        return new Database();
    }

    @Bean
    @SimurghChannel("built:*")
    ChannelSpec<Built> built(Database database) {
        return ChannelSpec.builder(Built::new)
                .join((channel, socket) -> {
                    database.query();
                    return JoinResult.ok();
                })
                .handleIn("query", Map.class, (channel, asked, socket) -> {
                    database.query();
                    return Result.ok(new Turn(++channel.turn));
                })
                .terminate((channel, reason, socket) -> database.query())
                .build();
    }

    @Bean
    SocketSpec.Connect connect(Database database) {
        return request -> {
            database.query();
            return ConnectResult.ok();
        };
    }

    /** Has connects, joins, handlers and terminates of clients of this port wait, and looks who else does. */
    static void check(int port) {
        VIRTUAL_THREADS.clear();
        gate.open.countDown();
        List<Client> clients =
                IntStream.range(0, CLIENTS).mapToObj(i -> new Client(port)).toList();
        try {
            gate = Gate.of(ALL);
            say(clients, room -> "[\"" + room + "\",\"j\",\"" + topic(room) + "\",\"phx_join\",{}]");
            letGoWhenAllAreHeld(clients);
            replies(clients, 1).forEach(reply -> assertThat(reply).contains("\"j\"", "\"ok\""));

            gate = Gate.of(ALL);
            say(clients, room -> "[\"" + room + "\",\"1\",\"" + topic(room) + "\",\"query\",{}]");
            say(clients, room -> "[\"" + room + "\",\"2\",\"" + topic(room) + "\",\"query\",{}]");
            letGoWhenAllAreHeld(clients);
            int[] turns = new int[ALL];
            for (String reply : replies(clients, 2)) {
                int turn = ++turns[Integer.parseInt(reply.substring(2, reply.indexOf('"', 2)))];
                assertThat(reply).contains("\"" + turn + "\",", "{\"turn\":" + turn + "}");
            }

            gate = Gate.of(ALL);
            clients.subList(1, CLIENTS).forEach(Client::close);
            say(clients.subList(0, 1), room -> "[\"" + room + "\",\"l\",\"" + topic(room) + "\",\"phx_leave\",{}]");
            letGoWhenAllAreHeld(clients.subList(0, 1));
            assertThat(VIRTUAL_THREADS).containsExactly(VIRTUAL);
        } finally {
            gate.open.countDown();
            clients.forEach(Client::close);
        }
    }

    private static String topic(int room) {
        return (room / CLIENTS % 2 == 0 ? "built:" : "noted:") + room;
    }

    /** Each client, in each of its rooms. */
    private static void say(List<Client> clients, IntFunction<String> frame) {
        for (int i = 0; i < ALL; i++) {
            if (i % CLIENTS < clients.size()) {
                clients.get(i % CLIENTS).say(frame.apply(i));
            }
        }
    }

    private static void letGoWhenAllAreHeld(List<Client> clients) {
        Gate closed = gate;
        try {
            assertThat(closed.expected.await(20, TimeUnit.SECONDS))
                    .as("%s are waited for", closed.expected)
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        for (Client client : clients) {
            String answer = client.ask("[null,\"h\",\"phoenix\",\"heartbeat\",{}]");
            while (answer.contains("\"l\"")
                    || answer.contains("phx_close")) { // what leaves is answered before it has ended
                answer = client.next();
            }
            assertThat(answer).startsWith("[null,\"h\"");
        }
        assertThat(closed.open.getCount()).isOne();
        closed.open.countDown();
    }

    private static List<String> replies(List<Client> clients, int inEachRoom) {
        List<String> replies = new ArrayList<>();
        for (Client client : clients) {
            for (int i = 0; i < inEachRoom * ROOMS; i++) {
                replies.add(client.next());
            }
        }
        return replies;
    }
}
