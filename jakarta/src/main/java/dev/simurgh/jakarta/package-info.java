/** Carries an endpoint on the port of a web container, such as Tomcat and Jetty: WebSocket, long polling, and handlers of requests. */
@NullMarked
package dev.simurgh.jakarta;

import org.jspecify.annotations.NullMarked;
