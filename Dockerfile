# Either program: docker build --build-arg MODULE=fib-client --build-arg PORT=8081 .
# One file for both, so that Maven runs once, and because BuildKit takes two Dockerfiles of one build for the same file
# when size and time agree, as they do in a downloaded archive of this project.

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# Style and tests are the business of scripts/verify
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Paot -pl fib-server,fib-client -am -DskipTests -Dcheckstyle.skip -Dspring-javaformat.skip -Dmaven.javadoc.skip package
RUN for module in fib-server fib-client; do \
      cp $module/target/$module.jar app.jar \
      && java -Djarmode=tools -jar app.jar extract --layers --destination /extracted/$module || exit 1; \
      mkdir -p /programs/$module && cp -a /extracted/$module/*/. /programs/$module/ || exit 1; \
    done

# The JVM that writes the AOT cache and the one that reads it must be the same
FROM eclipse-temurin:25-jre AS jre

# Trains both programs on a real broker, so that the cache holds what connecting, calling and answering needs, too
FROM rabbitmq:4.3-management AS training
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
ENV PATH=/opt/java/openjdk/bin:$PATH
WORKDIR /training
RUN chown rabbitmq .
USER rabbitmq
COPY --from=build --chown=rabbitmq /programs ./
COPY config/image/train ./
RUN ./train

FROM jre
# A number, of which Kubernetes can tell that it is not root. It is the one of deploy/kubernetes.
RUN useradd --system --uid 10001 --user-group --no-create-home fib
WORKDIR /app
USER 10001
ARG MODULE=fib-server
# What changes least comes first, so that a new build of the program sends only its own classes and the cache
COPY --from=build /extracted/$MODULE/dependencies/ ./
COPY --from=build /extracted/$MODULE/spring-boot-loader/ ./
COPY --from=build /extracted/$MODULE/snapshot-dependencies/ ./
COPY --from=build /extracted/$MODULE/application/ ./
COPY --from=training --chown=root /training/$MODULE/app.aot ./
COPY config/image/healthy ./
ARG PORT=8080
ENV HTTP_PORT=$PORT
EXPOSE $PORT
# Not readiness: whoever replaces unhealthy containers would replace all of them while the broker is gone
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "healthy", "liveness"]
# No class is ever read from serialised bytes: the programs need none, and so no bytes of a peer can name one
ENTRYPOINT ["java", "-Djdk.serialFilter=!*", "-XX:AOTCache=app.aot", "-Dspring.aot.enabled=true", "-jar", "app.jar"]
