package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class DashboardAccessTest {
    private static Request.Builder from(String address, String host) {
        return Request.builder("GET", "/dashboard/")
                .peer(new InetSocketAddress(address, 50_000))
                .header("Host", host);
    }

    private static String asked(DashboardAccess.Authorizer access, Request.Builder request) throws Exception {
        return access.decide(request.build()).toString();
    }

    @Test
    void loopbackIsTheMachineOfTheServerAndNoNameOfAnybodyElse() throws Exception {
        DashboardAccess.Authorizer loopback = DashboardAccess.loopback();

        for (String host : new String[] {"localhost:4000", "LOCALHOST", "127.0.0.1", "127.1.2.3:80", "[::1]:4000"}) {
            assertThat(asked(loopback, from("127.0.0.1", host))).as(host).isEqualTo("operator local");
        }
        assertThat(asked(loopback, from("::1", "localhost"))).isEqualTo("operator local");
        for (String host :
                new String[] {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::2]"}) {
            assertThat(asked(loopback, from("127.0.0.1", host))).as(host).isEqualTo("refused: status 403");
        }
        assertThat(asked(loopback, from("10.0.0.1", "localhost"))).isEqualTo("refused: status 403");
        assertThat(asked(loopback, from("127.0.0.1", "localhost").header("X-Forwarded-For", "127.0.0.1")))
                .isEqualTo("refused: status 403");
        assertThat(asked(loopback, Request.builder("GET", "/").header("Host", "localhost")))
                .as("of an unknown address")
                .isEqualTo("refused: status 403");
    }

    @Test
    void basicAuthenticationAsksForNameAndPassword() throws Exception {
        DashboardAccess.Authorizer basic = DashboardAccess.basic("ops", "päss:word");

        assertThat(asked(basic, with("Basic " + base64("ops:päss:word")))).isEqualTo("operator ops");
        assertThat(asked(basic, with("basic  " + base64("ops:päss:word")))).isEqualTo("operator ops");
        for (String header : new String[] {
            "",
            "Basic",
            "Basic ",
            "Basic !!!",
            "Basic " + base64("ops:pass"),
            "Basic " + base64("ops"),
            "Bearer " + base64("ops:päss:word"),
            "Basic " + "A".repeat(5000)
        }) {
            assertThat(asked(basic, with(header))).as(header).isEqualTo("refused: status 401");
        }
        Response refusal = basic.decide(with("").build()).refusal();
        assertThat(refusal.header("WWW-Authenticate")).contains("Basic realm=\"dashboard\", charset=\"UTF-8\"");
        assertThat(asked(basic.viewOnly(), with("Basic " + base64("ops:päss:word"))))
                .isEqualTo("viewer ops");
        assertThat(asked(basic.viewOnly(), with(""))).isEqualTo("refused: status 401");
        assertThat(basic).hasToString("basic authentication of ops");
    }

    private static Request.Builder with(String authorization) {
        return from("10.0.0.1", "example.com").header("Authorization", authorization);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void weakSecretsAndNamelessViewersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardAccess.basic("ops", "short"))
                .withMessage("password: 5 characters (expected: at least 8, best made at random)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardAccess.basic("o:ps", "long enough"))
                .withMessage("name: o:ps (expected: without a colon, which ends it)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardAccess.viewer(" "))
                .withMessage("name: \" \" (expected: 1 to 200 characters, such as the name of an account)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DashboardAccess.refused(Response.text("fine")))
                .withMessage("answer: status 200 (expected: a status from 300 on, such as 403)");
    }
}
