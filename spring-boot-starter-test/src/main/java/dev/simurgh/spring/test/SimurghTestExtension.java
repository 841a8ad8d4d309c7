package dev.simurgh.spring.test;

import dev.simurgh.testkit.ChannelCase;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Gives tests the {@link ChannelCase} of their context, and ends in it what they have begun. */
final class SimurghTestExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
    private final ParameterResolver spring = new SpringExtension();

    /** What Spring resolves itself, as with {@code @Autowired}, is left to it: it is the same, and two resolvers are one too many. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ChannelCase.class && !spring.supportsParameter(parameter, context);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        of(context).logs(); // hears this thread from now on
    }

    @Override
    public void afterEach(ExtensionContext context) {
        of(context).endTest();
    }

    private static ChannelCase of(ExtensionContext context) {
        return SpringExtension.getApplicationContext(context).getBean(ChannelCase.class);
    }
}
