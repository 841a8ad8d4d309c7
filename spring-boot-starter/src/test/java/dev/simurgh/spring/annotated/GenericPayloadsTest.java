package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Join;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.core.ResolvableType;

/** Payloads whose types have arguments come as these say, and not as maps. */
@ChannelTest
class GenericPayloadsTest {
    record Item(String name, int count) {}

    record Envelope<T>(String to, T content) {}

    record Sum(int sum) {}

    static class Base<T> {
        @HandleIn("inherited")
        Sum inherited(List<T> all) {
            return new Sum(all.stream().mapToInt(one -> ((Item) one).count()).sum());
        }
    }

    static class Shop extends Base<Item> {
        private int sum;

        @Join
        JoinResult join(Map<String, List<Item>> baskets) {
            return JoinResult.ok(
                    sum(baskets.values().stream().flatMap(List::stream).toList()));
        }

        @HandleIn("list")
        Sum list(List<Item> items) {
            return sum(items);
        }

        @HandleIn("wildcard")
        Sum wildcard(List<? extends Item> items) {
            return sum(List.copyOf(items));
        }

        @HandleIn("envelope")
        Sum envelope(Envelope<Item> envelope) {
            return new Sum(envelope.content().count());
        }

        @HandleIn("array")
        Sum array(Item... items) {
            return sum(List.of(items));
        }

        @HandleIn("arrays")
        Sum arrays(Envelope<Item>[] envelopes) {
            return new Sum(envelopes[0].content().count());
        }

        @HandleOut("restocked")
        void restocked(Envelope<Set<Item>> restocked, Socket socket) {
            for (Item item : restocked.content()) {
                sum += item.count();
            }
            socket.push("restocked", new Sum(sum));
        }

        private static Sum sum(List<Item> items) {
            return new Sum(items.stream().mapToInt(Item::count).sum());
        }
    }

    private static final List<Map<String, Object>> ITEMS =
            List.of(Map.of("name", "nut", "count", 3), Map.of("name", "bolt", "count", 4));

    private static Joined join(ChannelCase chat) {
        return chat.socket("shop", AnnotatedChannels.spec(Shop.class, Shop::new))
                .join("shop", Map.of("mine", ITEMS));
    }

    @Test
    void theyComeAsTheirTypesSay(ChannelCase chat) {
        Joined shop = join(chat);

        assertThat(shop.reply(Sum.class)).isEqualTo(new Sum(7));
        for (String event : List.of("list", "wildcard", "array", "inherited")) {
            shop.assertReply(shop.push(event, dev.simurgh.protocol.Payload.json(json())), "ok", new Sum(7));
        }
        Map<String, Object> envelope = Map.of("to", "me", "content", ITEMS.get(1));
        shop.assertReply(shop.push("envelope", envelope), "ok", new Sum(4));
        shop.assertReply(
                shop.push(
                        "arrays", dev.simurgh.protocol.Payload.json("[{\"content\":{\"name\":\"nut\",\"count\":3}}]")),
                "ok",
                new Sum(3));
    }

    private static String json() {
        return "[{\"name\":\"nut\",\"count\":3},{\"name\":\"bolt\",\"count\":4}]";
    }

    @Test
    void soDoBroadcastsThatAreIntercepted(ChannelCase chat) {
        Joined shop = join(chat);
        shop.broadcast("restocked", new Envelope<>("all", List.of(new Item("nut", 5))));
        shop.assertPush("restocked", new Sum(5));
    }

    @Test
    void whatDoesNotFitIsTheClientsFault(ChannelCase chat) {
        Joined shop = join(chat);
        shop.assertReply(
                shop.push("list", dev.simurgh.protocol.Payload.json("[{\"name\":\"nut\",\"count\":\"x\"}]")),
                "error",
                Map.of("reason", "invalid payload"));
        shop.refuteCrashed();
    }

    @Test
    void whatIsSaidOfTheChannelHasThem() {
        assertThat(AnnotatedChannels.spec(Shop.class, Shop::new)
                        .protocol()
                        .events()
                        .get("list"))
                .isInstanceOfSatisfying(
                        ParameterizedType.class,
                        type -> assertThat(type.getActualTypeArguments()).containsExactly(Item.class));
        assertThat(ChannelClass.of(Shop.class, BeanTypes.NONE, new Problems()).payloads())
                .contains(Item.class, Envelope.class, Sum.class)
                .noneMatch(type -> ResolvableType.forClass(type).resolve() == List.class);
    }
}
