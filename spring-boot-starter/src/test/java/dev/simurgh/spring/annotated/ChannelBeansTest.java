package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.ChannelOptions;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.Terminate;
import dev.simurgh.spring.autoconfigure.BaseOfAnotherPackage;
import dev.simurgh.spring.autoconfigure.DeclaredChannel;
import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import jakarta.annotation.PreDestroy;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

/** Each join has a bean of its own, which Spring makes and ends. */
@ChannelTest
class ChannelBeansTest {
    record Said(String text) {}

    static final class Log {
        final List<String> lines = new ArrayList<>();
    }

    private static AnnotationConfigApplicationContext context(Class<?>... classes) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(classes);
        context.registerBean(Log.class);
        context.refresh();
        return context;
    }

    private static ChannelSpec<?> only(AnnotationConfigApplicationContext context) {
        return AnnotatedChannels.of(context.getBeanFactory()).get(0).spec();
    }

    private static List<String> problems(Class<?>... classes) {
        try (AnnotationConfigApplicationContext context = context(classes)) {
            SimurghConfigurationException e = catchThrowableOfType(
                    SimurghConfigurationException.class, () -> AnnotatedChannels.of(context.getBeanFactory()));
            return List.of(String.valueOf(e.getMessage()).split("\n", -1));
        }
    }

    @SimurghChannel("room:*")
    static class Room {
        private final Log log;

        Room(Log log) {
            this.log = log;
            log.lines.add("made");
        }

        @Join
        JoinResult join(Map<String, Object> params) {
            return params.isEmpty() ? JoinResult.ok() : JoinResult.error(params);
        }

        @HandleIn("say")
        Said say(Said said) {
            return said;
        }

        @HandleIn("fail")
        void fail() {
            throw new IllegalStateException("on purpose");
        }

        @Terminate
        void terminate() {
            log.lines.add("terminate");
        }

        @PreDestroy
        void destroy() {
            log.lines.add("destroy");
        }
    }

    @Test
    void eachJoinHasABeanThatEndsBehindIt(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(Room.class)) {
            Log log = context.getBean(Log.class);
            Connected client = chat.socket("room:*", only(context));
            assertThat(log.lines).isEmpty();

            Joined one = client.join("room:1");
            Joined two = client.join("room:2");
            assertThat(one.channel(Room.class)).isNotSameAs(two.channel(Room.class));
            one.leave();
            assertThat(log.lines).containsExactly("made", "made", "terminate", "destroy");
            two.push("fail", Map.of());
            two.assertCrashed();
            assertThat(log.lines).hasSize(6).endsWith("terminate", "destroy");
        }
    }

    @Test
    void aBeanWhoseJoinWasRefusedEndsToo(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(Room.class)) {
            chat.socket("room:*", only(context))
                    .tryJoin("room:1", Map.of("a", 1))
                    .assertError(Map.of("a", 1));

            assertThat(context.getBean(Log.class).lines).containsExactly("made", "destroy");
        }
    }

    @SimurghChannel("room:*")
    static class Closing implements DisposableBean {
        private final Log log;

        Closing(Log log) {
            this.log = log;
        }

        @Override
        public void destroy() {
            log.lines.add("destroyed");
        }
    }

    @Configuration
    static class Methods {
        @Bean(destroyMethod = "end")
        @Scope("prototype")
        Plain plain(Log log) {
            return new Plain(log);
        }
    }

    @SimurghChannel("plain")
    static class Plain {
        private final Log log;

        Plain(Log log) {
            this.log = log;
        }

        void end() {
            log.lines.add("end");
        }
    }

    @Test
    void whicheverWayABeanSaysHowItEnds(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(Closing.class, Methods.class)) {
            for (DeclaredChannel channel : AnnotatedChannels.of(context.getBeanFactory())) {
                String topic = channel.patterns().get(0).replace("*", "1");
                chat.socket(channel.patterns().get(0), channel.spec())
                        .join(topic)
                        .leave();
            }
            assertThat(context.getBean(Log.class).lines).containsExactlyInAnyOrder("destroyed", "end");
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Shouted {}

    @Configuration
    static class Proxies {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }

        @Bean
        static Advisor shouting() {
            MethodInterceptor shout =
                    call -> call.proceed() instanceof Said said ? new Said(said.text() + "!") : Result.noReply();
            return new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, Shouted.class), shout);
        }
    }

    @SimurghChannel("room:*")
    static class Proxied {
        private final Log log;

        Proxied(Log log) {
            this.log = log;
        }

        @HandleIn("say")
        @Shouted
        Said say(Said said) {
            log.lines.add(said.text());
            return said;
        }

        @PreDestroy
        void destroy() {
            log.lines.add("destroy");
        }
    }

    @Test
    void whatStandsInFrontOfABeanIsPassed(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(Proxies.class, Proxied.class)) {
            Joined room = chat.socket("room:*", only(context)).join("room:1");

            room.assertReply(room.push("say", new Said("a")), "ok", new Said("a!"));
            room.leave();

            assertThat(context.getBean(Log.class).lines).containsExactly("a", "destroy");
        }
    }

    @SimurghChannel("room:*")
    static class Unproxied extends BaseOfAnotherPackage {
        @HandleIn("say")
        @Shouted
        Said say(Said said) {
            return said;
        }

        @HandleIn("private")
        @SuppressWarnings("UnusedMethod") // by its annotation
        private void hidden() {}

        @HandleIn("final")
        final void last() {}
    }

    @Test
    void methodsThatAProxyCannotPassAreToldOf() {
        String rest =
                " in a class that gets a proxy, as for @Transactional or @PreAuthorize (expected: a method that a subclass can"
                        + " override)";
        assertThat(problems(Proxies.class, Unproxied.class))
                .containsExactly(
                        Unproxied.class.getName() + ".base(): of another package, and neither public nor protected,"
                                + rest,
                        Unproxied.class.getName() + ".hidden(): private" + rest,
                        Unproxied.class.getName() + ".last(): final" + rest);
    }

    interface Saying {
        Said say(Said said);
    }

    @SimurghChannel("room:*")
    static class ByInterface implements Saying {
        @Override
        @HandleIn("say")
        @Shouted
        public Said say(Said said) {
            return said;
        }
    }

    @Configuration
    static class ProxiesOfInterfaces {
        @Bean
        static DefaultAdvisorAutoProxyCreator proxies() {
            return new DefaultAdvisorAutoProxyCreator();
        }

        @Bean
        static Advisor shouting() {
            return Proxies.shouting();
        }
    }

    @Test
    void aProxyOfInterfacesIsToldOf() {
        assertThat(problems(ProxiesOfInterfaces.class, ByInterface.class))
                .containsExactly(ByInterface.class.getName()
                        + ": gets a proxy that is no subclass, of its interfaces (expected: a subclass: spring.aop.proxy-target-class=true,"
                        + " or proxyTargetClass = true where the proxies are enabled)");
    }

    @SimurghChannel("room:*")
    static final class Sealed {
        @HandleIn("say")
        @Shouted
        Said say(Said said) {
            return said;
        }
    }

    @Test
    void aFinalClassThatIsToGetAProxyIsToldOf() {
        assertThat(problems(Proxies.class, Sealed.class))
                .containsExactly(
                        Sealed.class.getName()
                                + ": final, and gets a proxy, as for @Transactional or @PreAuthorize (expected: a class that a subclass can extend)");
    }

    @SimurghChannel("room:*")
    @Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
    static class OfRequest {}

    @SimurghChannel("room:*")
    @Scope("request")
    static class OfRequestItself {}

    @Test
    void aScopeOfRequestsIsToldOf() {
        String rest = " (expected: prototype, which @SimurghChannel brings, since each join has an object of its own)";
        assertThat(problems(OfRequestItself.class))
                .containsExactly(OfRequestItself.class.getName()
                        + ": bean channelBeansTest.OfRequestItself of scope request" + rest);
        assertThat(problems(OfRequest.class))
                .containsExactly(OfRequest.class.getName()
                        + ": bean channelBeansTest.OfRequest of scope request with a proxy" + rest);
    }

    @SimurghChannel("room:*")
    static class HeldBack {
        private HeldBack() {}

        @HandleIn("say")
        @Shouted
        Said say(Said said) {
            return said;
        }
    }

    @Test
    void soIsOneThatNoSubclassCanMake() {
        assertThat(problems(Proxies.class, HeldBack.class))
                .containsExactly(
                        HeldBack.class.getName()
                                + ": only private constructors, and gets a proxy, as for @Transactional or @PreAuthorize (expected: a class that a subclass can extend)");
    }

    static class ProxiedAbove {
        @HandleIn("above")
        @Shouted
        public Said above(Said said) {
            return said;
        }
    }

    @SimurghChannel("room:*")
    static class Below extends ProxiedAbove {
        @HandleIn("below")
        Said below(Said said) {
            return said;
        }
    }

    @Test
    void whatStandsInFrontOfAnInheritedMethodIsPassed(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(Proxies.class, Below.class)) {
            Joined room = chat.socket("room:*", only(context)).join("room:1");
            room.assertReply(room.push("above", new Said("a")), "ok", new Said("a!"));
            room.assertReply(room.push("below", new Said("b")), "ok", new Said("b"));
        }
    }

    @SimurghChannel("single")
    @Scope("singleton")
    static class Single {}

    @SimurghChannel("ro*m")
    @ChannelOptions(joinTimeout = "0s")
    static class Several {
        @HandleIn("a")
        void a(Log log) {}

        @HandleIn("b")
        void b(Said said, Log log) {}
    }

    @SimurghChannel({})
    static class Nowhere {}

    @Test
    void theMistakesOfAllBeansAreToldAtOnce() {
        assertThat(problems(Single.class, Several.class, Nowhere.class, Room.class))
                .containsExactly(
                        Single.class.getName() + ": bean " + "channelBeansTest.Single"
                                + " of scope singleton (expected: prototype, which @SimurghChannel brings, since each join has an object of"
                                + " its own)",
                        Several.class.getName()
                                + ".a(Log): Log is a bean (expected: in the constructor, not as a parameter of a handler)",
                        Several.class.getName()
                                + ".b(Said, Log): Log is a bean (expected: in the constructor, not as a parameter of a handler)",
                        Several.class.getName() + ": joinTimeout: 0s (expected: more than zero, such as 5s or PT5S)",
                        Several.class.getName() + ": pattern: ro*m (expected: '*' only as the last character)",
                        Nowhere.class.getName()
                                + ": no topics (expected: @SimurghChannel with at least one, such as \"room:*\")");
    }

    @SimurghChannel(value = "${topics}:*", socket = "${path}")
    static class Placeheld {}

    @Test
    void placeholdersAreReplaced() {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        try (context) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new org.springframework.core.env.MapPropertySource(
                            "test", Map.of("topics", "room", "path", "/other")));
            context.register(Placeheld.class);
            context.registerBean(org.springframework.context.support.PropertySourcesPlaceholderConfigurer.class);
            context.refresh();

            DeclaredChannel channel =
                    AnnotatedChannels.of(context.getBeanFactory()).get(0);
            assertThat(channel.patterns()).containsExactly("room:*");
            assertThat(channel.socket()).isEqualTo("/other");
        }
    }

    @Test
    void anInterceptorStandsAroundThoseItWantsTo(ChannelCase chat) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        try (context) {
            List<HandlerKind> asked = new ArrayList<>();
            HandlerInterceptor interceptor = (kind, method, channel) -> {
                asked.add(kind);
                return switch (kind) {
                    case HANDLE_IN ->
                        Optional.of((socket, next) -> method.getName().equals("fail")
                                ? Result.error(Map.of("reason", socket.topic()))
                                : next.call());
                    default -> Optional.empty();
                };
            };
            context.register(Room.class, Log.class);
            context.registerBean(HandlerInterceptor.class, () -> interceptor);
            context.refresh();
            Joined room = chat.socket("room:*", only(context)).join("room:1");

            room.assertReply(room.push("say", new Said("a")), "ok", new Said("a"));
            room.assertReply(room.push("fail", Map.of()), "error", Map.of("reason", "room:1"));
            assertThat(asked)
                    .containsExactlyInAnyOrder(
                            HandlerKind.JOIN, HandlerKind.HANDLE_IN, HandlerKind.HANDLE_IN, HandlerKind.TERMINATE);
        }
    }

    @SimurghChannel("room:*")
    static class FailingBean {
        FailingBean() {
            throw new IllegalStateException("no database");
        }
    }

    @Test
    void aBeanThatCannotBeMadeRefusesTheJoin(ChannelCase chat) {
        try (AnnotationConfigApplicationContext context = context(FailingBean.class)) {
            chat.socket("room:*", only(context)).tryJoin("room:1").assertCrashed();
        }
    }
}
