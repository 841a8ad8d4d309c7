# A Spring Boot application with Simurgh, from its packed jar in target. Layers change as seldom as what is in them: libraries by themselves.
FROM eclipse-temurin:21-jre AS layers
WORKDIR /layers
COPY target/*.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --launcher --destination out

# With glibc, for which Netty's native libraries are made: on Alpine the server takes Java's own NIO, and more CPU and memory for each connection.
FROM eclipse-temurin:21-jre
RUN useradd --system application
WORKDIR /application
COPY --from=layers /layers/out/dependencies/ ./
COPY --from=layers /layers/out/spring-boot-loader/ ./
COPY --from=layers /layers/out/snapshot-dependencies/ ./
COPY --from=layers /layers/out/application/ ./
USER application
EXPOSE 8080 4000
# exec form: signals reach the JVM, which sends its clients away before it ends.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "org.springframework.boot.loader.launch.JarLauncher"]
