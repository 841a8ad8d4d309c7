package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Callback;

/** The shapes of callbacks that answer with a {@code Next}. */
interface GoneOn extends Callback.Out<Object, Object>, Callback.AfterJoin<Object> {}
