package dev.simurgh.testkit;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.KeyReusedException;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.OnceResult;
import dev.simurgh.journal.Retention;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pushes with a key: the handler runs once. */
class KeptOnceTest {
    private static final String TOPIC = "shop:1";

    record Order(String key, String what) {}

    private final AtomicInteger handled = new AtomicInteger();
    private final MemoryStore store = MemoryStore.create();

    private ChannelCase shop() {
        return ChannelCase.builder()
                .keep(topics -> topics.keep("shop:*", Retention.forever()))
                .store(store)
                .build();
    }

    private Joined customer(ChannelCase chat) {
        KeptTopics kept = chat.kept();
        return chat.socket(SocketSpec.builder()
                        .channel(
                                "shop:*",
                                ChannelSpec.builder(Object::new)
                                        .handleIn(
                                                "order",
                                                Order.class,
                                                (shop, order, socket) -> order(kept, order, socket))
                                        .build())
                        .build())
                .subscribeAndJoin(TOPIC);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the reply tells what comes of it
    private Result order(KeptTopics kept, Order order, Socket socket) {
        var ref = socket.ref();
        kept.once(socket, order.key(), order, () -> {
                    if (order.what().isEmpty()) {
                        throw new IllegalStateException("nothing");
                    }
                    int number = handled.incrementAndGet();
                    return OnceResult.reply(Map.of("number", number))
                            .broadcast("ordered", Map.of("what", order.what()));
                })
                .whenComplete((answer, failure) -> {
                    if (answer != null) {
                        ref.reply("ok", answer.reply());
                    } else {
                        ref.reply("error", Map.of("reused", failure instanceof KeyReusedException));
                    }
                });
        return Result.noReply();
    }

    @Test
    void aRepetitionGetsTheFirstAnswerAndNothingIsBroadcastAgain() {
        try (ChannelCase chat = shop()) {
            Joined customer = customer(chat);
            customer.assertReply(customer.push("order", new Order("k1", "tea")), "ok", Map.of("number", 1));
            customer.assertReply(customer.push("order", new Order("k1", "tea")), "ok", Map.of("number", 1));
            customer.assertReply(customer.push("order", new Order("k2", "tea")), "ok", Map.of("number", 2));
            customer.assertPushes("ordered", Map.of("what", "tea"), Map.of("what", "tea"));
        }
    }

    @Test
    void aRepetitionOnAnotherNodeDoes() {
        try (ChannelCase one = shop();
                ChannelCase other = shop()) {
            Joined customer = customer(one);
            customer.assertReply(customer.push("order", new Order("k1", "tea")), "ok", Map.of("number", 1));
            Joined back = customer(other);
            back.assertReply(back.push("order", new Order("k1", "tea")), "ok", Map.of("number", 1));
        }
    }

    @Test
    void anotherOrderUnderTheKeyIsAMistakeAndAFailedOneIsNot() {
        try (ChannelCase chat = shop()) {
            Joined customer = customer(chat);
            customer.assertReply(customer.push("order", new Order("k1", "")), "error", Map.of("reused", false));
            customer.assertReply(customer.push("order", new Order("k1", "tea")), "ok", Map.of("number", 1));
            customer.assertReply(customer.push("order", new Order("k1", "rice")), "error", Map.of("reused", true));
        }
    }
}
