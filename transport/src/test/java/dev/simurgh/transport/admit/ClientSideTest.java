package dev.simurgh.transport.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.transport.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSideTest {
    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 555);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("203.0.113.9", 555);
    private static final TrustedProxies OLDER = TrustedProxies.xForwarded("10.0.0.0/8", "fd00::/8");
    private static final TrustedProxies STANDARD = TrustedProxies.forwarded("10.0.0.0/8", "fd00::/8");

    private static final class Said implements ForwardedHeaders.Headers {
        private final Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        Said add(String name, String value) {
            byName.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
            return this;
        }

        @Override
        public List<String> all(String name) {
            return byName.getOrDefault(name, List.of());
        }
    }

    private static Said headers(String... namesAndValues) {
        Said headers = new Said().add("Host", "app:4000");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static String peer(String forwardedFor) {
        ClientSide client = ClientSide.of(OLDER, PROXY, false, headers("X-Forwarded-For", forwardedFor));
        return client.peer().getAddress().getHostAddress() + " " + client.peer().getPort();
    }

    @Test
    void nobodyIsBelievedByDefault() {
        Said lies = headers(
                "X-Forwarded-For", "1.2.3.4",
                "X-Forwarded-Proto", "https",
                "X-Forwarded-Host", "evil.com",
                "X-Forwarded-Port", "1",
                "Forwarded", "for=1.2.3.4;host=evil.com;proto=https");
        ClientSide plain = new ClientSide(STRANGER, "http", "app:4000", 4000);
        assertThat(ClientSide.of(TrustedProxies.none(), STRANGER, false, lies)).isEqualTo(plain);
        assertThat(ClientSide.of(OLDER, STRANGER, false, lies)).isEqualTo(plain);
        assertThat(ClientSide.of(STANDARD, STRANGER, false, lies)).isEqualTo(plain);
        assertThat(ClientSide.of(OLDER, STRANGER, true, lies).scheme()).isEqualTo("https");
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, 1.2.3.4 0",
        "1.2.3.4:99, 1.2.3.4 99",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1 0",
        "[2001:db8::1], 2001:db8:0:0:0:0:0:1 0",
        "[2001:db8::1]:99, 2001:db8:0:0:0:0:0:1 99",
        "'6.6.6.6, 1.2.3.4', 1.2.3.4 0",
        "'6.6.6.6, 1.2.3.4, 10.1.1.1', 1.2.3.4 0",
        "'6.6.6.6, 1.2.3.4, fd00::1, 10.1.1.1', 1.2.3.4 0",
        "'10.2.2.2, 10.1.1.1', 10.2.2.2 0",
        "'', 10.0.0.1 555",
        "unknown, 10.0.0.1 555",
        "'1.2.3.4, unknown', 10.0.0.1 555",
        "'1.2.3.4, unknown, 10.1.1.1', 10.1.1.1 0",
        "localhost, 10.0.0.1 555",
        "1.2.3, 10.0.0.1 555",
        "1.2.3.4:, 10.0.0.1 555",
        "1.2.3.4:70000, 10.0.0.1 555",
        "[1.2.3.4]x:5, 10.0.0.1 555",
        "[::1, 10.0.0.1 555"
    })
    void theFirstAddressThatIsNoProxyIsTheClient(String forwardedFor, String expected) {
        assertThat(peer(forwardedFor)).isEqualTo(expected);
    }

    @Test
    void ipv4InIpv6FormIsTheSameProxy() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
        var proxy = new InetSocketAddress(InetAddress.getByAddress(mapped), 1);
        assertThat(OLDER.trusts(proxy)).isTrue();
    }

    @Test
    void schemeHostAndPortAreTheProxysOwn() {
        Said said = headers("X-Forwarded-Proto", "http, wss", "X-Forwarded-Host", "evil.com, example.com");
        assertThat(ClientSide.of(OLDER, PROXY, false, said))
                .isEqualTo(new ClientSide(PROXY, "https", "example.com", 443));
        assertThat(ClientSide.of(OLDER, PROXY, false, said.add("X-Forwarded-Port", "8443"))
                        .port())
                .isEqualTo(8443);
        assertThat(ClientSide.of(
                        OLDER,
                        PROXY,
                        true,
                        headers("X-Forwarded-Proto", "gopher", "X-Forwarded-Host", "a b", "X-Forwarded-Port", "0")))
                .isEqualTo(new ClientSide(PROXY, "https", "app:4000", 4000));
    }

    @Test
    void theStandardHeaderIsReadIfThatIsTheOneTrusted() {
        Said said = headers(
                "Forwarded",
                        "for=6.6.6.6;host=evil.com, For=\"[2001:db8::1]:99\"; Proto=https;host=\"example.com:8443\"",
                "X-Forwarded-For", "6.6.6.6");
        ClientSide client = ClientSide.of(STANDARD, PROXY, false, said);
        assertThat(client.peer()).isEqualTo(new InetSocketAddress("2001:db8::1", 99));
        assertThat(client.scheme()).isEqualTo("https");
        assertThat(client.host()).isEqualTo("example.com");
        assertThat(client.port()).isEqualTo(8443);
        assertThat(ClientSide.of(OLDER, PROXY, false, headers("Forwarded", "for=1.2.3.4"))
                        .peer())
                .isEqualTo(PROXY);
    }

    @Test
    void longAndHostileListsEnd() {
        assertThat(peer("1.2.3.4, " + "10.1.1.1, ".repeat(1000) + "10.1.1.1")).isEqualTo("10.1.1.1 0");
        Random random = new Random(7);
        String alphabet = "0123456789.:[],;=\" forhostproto%\u0000ö";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(50); i >= 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Said said = new Said()
                    .add("Host", text.toString())
                    .add("X-Forwarded-For", text.toString())
                    .add("X-Forwarded-Host", text.toString())
                    .add("X-Forwarded-Port", text.toString())
                    .add("Forwarded", text.toString());
            assertThat(ClientSide.of(OLDER, PROXY, false, said).host()).isNotNull();
            assertThat(ClientSide.of(STANDARD, PROXY, false, said).host()).isNotNull();
        }
    }

    @Test
    void whatAnotherServerTellsOfTheOtherEndIsAnAddressOrNobodys() {
        assertThat(ClientSide.told("10.0.0.7", 4711)).hasToString("/10.0.0.7:4711");
        assertThat(ClientSide.told("10.0.0.7:80", 4711)).hasToString("/10.0.0.7:80");
        assertThat(ClientSide.told("[fd00::7]", -1)).hasToString("/[fd00:0:0:0:0:0:0:7]:0");
        assertThat(ClientSide.told("fe80::7%eth0", 4711).getAddress().getAddress())
                .hasSize(16);
        assertThat(ClientSide.told(null, -1).getAddress().isLoopbackAddress()).isTrue();
        for (String text :
                new String[] {"unknown", "_hidden", "localhost", "bad.cafe", "127.0.0.1, 10.0.0.7", "1.2.3.4:0", " "}) {
            assertThat(ClientSide.told(text, 4711)).as(text).hasToString("/0.0.0.0:4711");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "example.com", "::/129"})
    void whatIsNoNetworkIsRefused(String network) {
        assertThatThrownBy(() -> TrustedProxies.xForwarded(network))
                .hasMessage("network: " + network
                        + " (expected: an address such as 10.0.0.7, or a network such as 10.0.0.0/8)");
    }

    @Test
    void networksAreMatched() {
        assertThat(TrustedProxies.xForwarded("0.0.0.0/0").trusts(STRANGER)).isTrue();
        assertThat(TrustedProxies.xForwarded("10.0.0.1").trusts(PROXY)).isTrue();
        assertThat(TrustedProxies.xForwarded("10.0.0.2").trusts(PROXY)).isFalse();
        assertThat(TrustedProxies.xForwarded("::1").trusts(PROXY)).isFalse();
        assertThatThrownBy(TrustedProxies::forwarded).isInstanceOf(IllegalArgumentException.class);
        assertThat(OLDER).hasToString("X-Forwarded-* of 10.0.0.0/8, fd00::/8");
    }
}
