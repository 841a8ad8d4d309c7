package dev.simurgh.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.dashboard.Dashboard;
import dev.simurgh.dashboard.DashboardAccess;
import dev.simurgh.micrometer.ChannelObservations;
import dev.simurgh.micrometer.EndpointMeters;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** What the Actuator shows of an application, on either Boot. */
class ActuatorTest {
    static final class Echo {}

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        @SimurghChannel("echo:*")
        ChannelSpec<Echo> echo() {
            return ChannelSpec.builder(Echo::new)
                    .handleIn("echo", Map.class, (channel, said, socket) -> dev.simurgh.channel.Result.ok(said))
                    .build();
        }
    }

    @Configuration
    static class WithAnAuthorizer {
        @Bean
        DashboardAccess.Authorizer everybody() {
            return request -> DashboardAccess.viewer("guest");
        }
    }

    private static ConfigurableApplicationContext run(Class<?>[] sources, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--simurgh.server.port=0",
                "--spring.main.web-application-type=none",
                "--spring.jmx.enabled=true",
                "--management.endpoints.jmx.exposure.include=*",
                "--management.endpoint.health.probes.enabled=true",
                "--spring.main.banner-mode=off"));
        arguments.addAll(List.of(more));
        return SpringApplication.run(sources, arguments.toArray(String[]::new));
    }

    private static ConfigurableApplicationContext run(String... more) {
        return run(new Class<?>[] {Application.class}, more);
    }

    /** The class is in another package in each Boot. */
    private static String health(ConfigurableApplicationContext context, String... path) throws Exception {
        String before = "org.springframework.boot.actuate.health.HealthEndpoint";
        Class<?> type = ClassUtils.isPresent(before, null)
                ? Class.forName(before)
                : Class.forName("org.springframework.boot.health.actuate.endpoint.HealthEndpoint");
        Object health = type.getMethod("healthForPath", String[].class).invoke(context.getBean(type), (Object) path);
        return health == null
                ? "absent"
                : health.getClass().getMethod("getStatus").invoke(health).toString();
    }

    @Test
    void aNodeThatRunsIsUpAndPartOfTheReadinessAndNeverOfTheLiveness() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            assertThat(health(context, "simurgh")).isEqualTo("UP");
            assertThat(health(context, "readiness", "simurgh")).isEqualTo("UP");
            assertThat(health(context, "liveness", "simurgh")).isEqualTo("absent");
        }
    }

    /** Spring Security asks for them at each request, of whatever bean stands for the groups. */
    @Test
    void theGroupsStillTellTheirAdditionalPaths() {
        try (ConfigurableApplicationContext context =
                run("--management.endpoint.health.probes.add-additional-paths=true")) {
            assertThat(context.getBean("healthEndpointGroups", AdditionalPathsMapper.class)
                            .getAdditionalPaths(EndpointId.of("health"), WebServerNamespace.SERVER))
                    .containsExactlyInAnyOrder("/livez", "/readyz");
        }
    }

    @Test
    void aNodeThatDrainsIsOutOfServiceAndStillAlive() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            context.getBean(Endpoint.class).drain().join();

            assertThat(health(context, "simurgh")).isEqualTo("OUT_OF_SERVICE");
            assertThat(health(context, "readiness")).isEqualTo("OUT_OF_SERVICE");
            assertThat(health(context, "liveness")).isEqualTo("UP");
        }
    }

    @Test
    @Tag("one-boot")
    void aNodeWithTooFewOthersIsNotReady() throws Exception {
        try (ConfigurableApplicationContext context = run("--simurgh.health.min-nodes=2")) {
            assertThat(health(context, "readiness")).isEqualTo("OUT_OF_SERVICE");
            assertThat(health(context, "liveness")).isEqualTo("UP");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--management.endpoint.health.group.readiness.include=readinessState",
                "--simurgh.health.readiness=false"
            })
    @Tag("one-boot")
    void whoSaysWhatReadinessIsIsTakenAtTheirWord(String said) throws Exception {
        try (ConfigurableApplicationContext context = run(said)) {
            context.getBean(Endpoint.class).drain().join();
            assertThat(health(context, "readiness")).isEqualTo("UP");
            assertThat(health(context, "simurgh")).isEqualTo("OUT_OF_SERVICE");
        }
    }

    @Test
    void theHealthCanBeSwitchedOff() throws Exception {
        try (ConfigurableApplicationContext context = run("--management.health.simurgh.enabled=false")) {
            assertThat(health(context, "simurgh")).isEqualTo("absent");
            assertThat(health(context, "readiness")).isEqualTo("UP");
        }
    }

    @Test
    void theEndpointOfTheActuatorTellsWhatIsServedAndHeld() {
        try (ConfigurableApplicationContext context = run()) {
            assertThat(context.getBean(SimurghActuatorEndpoint.class).look())
                    .containsEntry("draining", false)
                    .containsEntry("running", true)
                    .containsEntry(
                            "port", context.getBean(ServerLifecycle.class).port())
                    .containsEntry("sockets", List.of(Map.of("path", "/socket", "channels", List.of("echo:*"))))
                    .containsKeys("node", "nodes", "counts", "dropped", "limited");
        }
    }

    @Test
    void theInfoNamesTheNodeAndItsSockets() {
        try (ConfigurableApplicationContext context = run()) {
            Info.Builder info = new Info.Builder();
            context.getBean("simurghInfoContributor", InfoContributor.class).contribute(info);
            assertThat(info.build().get("simurgh"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("sockets", List.of("/socket"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void theMetersAreInTheRegistryOfTheApplicationRightAfterTheStart(String lazy) {
        try (ConfigurableApplicationContext context = run("--spring.main.lazy-initialization=" + lazy)) {
            assertThat(context.getBean(MeterRegistry.class).getMeters())
                    .anyMatch(meter -> meter.getId().getName().startsWith("simurgh."));
            assertThat(context.getBeansOfType(EndpointMeters.class)).hasSize(1);
            assertThat(context.getBeansOfType(ChannelObservations.class)).isEmpty();
        }
    }

    @Test
    @Tag("one-boot")
    void metersGoWithTheirEndpoint() {
        MeterRegistry registry;
        try (ConfigurableApplicationContext context = run()) {
            registry = context.getBean(MeterRegistry.class);
        }
        assertThat(registry.getMeters())
                .noneMatch(meter -> meter.getId().getName().startsWith("simurgh."));
    }

    @Test
    void observationsAreThereIfAProperySaysSo() {
        try (ConfigurableApplicationContext context = run("--simurgh.observations.enabled=true")) {
            assertThat(context.getBeansOfType(ChannelObservations.class)).hasSize(1);
        }
    }

    @Test
    @Tag("one-boot")
    void thereIsNoDashboardUnlessSomebodyIsLetIn() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            assertThat(context.getBeansOfType(Dashboard.class)).isEmpty();
            assertThat(page(context, "/dashboard/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aDashboardIsServedToWhoeverIsOnTheMachine() throws Exception {
        try (ConfigurableApplicationContext context = run("--simurgh.dashboard.access=loopback")) {
            HttpResponse<String> page = page(context, "/dashboard/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<html");
        }
    }

    @Test
    @Tag("one-boot")
    void aDashboardAsksForThePasswordOfTheProperties() throws Exception {
        try (ConfigurableApplicationContext context = run(
                "--simurgh.dashboard.access=password",
                "--simurgh.dashboard.password=correct horse",
                "--simurgh.dashboard.path=/admin/board")) {
            assertThat(page(context, "/admin/board/").statusCode()).isEqualTo(401);
        }
    }

    @Test
    @Tag("one-boot")
    void aBeanMayDecideWhoSeesTheDashboard() throws Exception {
        try (ConfigurableApplicationContext context = run(new Class<?>[] {Application.class, WithAnAuthorizer.class})) {
            assertThat(page(context, "/dashboard/").statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> page(ConfigurableApplicationContext context, String path) throws Exception {
        URI page = URI.create(
                "http://localhost:" + context.getBean(ServerLifecycle.class).port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    }
}
