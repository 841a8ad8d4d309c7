package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Callback;

/** All shapes of callbacks but those that answer with a {@code Next}. */
interface Answered
        extends Callback.Join<Object, Object>,
                Callback.PlainJoin<Object>,
                Callback.In<Object, Object>,
                Callback.PlainIn<Object>,
                Callback.Any<Object>,
                Callback.Terminate<Object> {}
