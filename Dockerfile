# Either program: docker build --build-arg MODULE=fib-client --build-arg PORT=8081 .
# One file for both, so that Maven runs once, and because BuildKit takes two Dockerfiles of one build for the same file
# when size and time agree, as they do in a downloaded archive of this project.

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# Style and tests are the business of scripts/verify
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -pl fib-server,fib-client -am -DskipTests -Dcheckstyle.skip -Dspring-javaformat.skip -Dmaven.javadoc.skip package
RUN for module in fib-server fib-client; do \
      cp $module/target/$module.jar app.jar \
      && java -Djarmode=tools -jar app.jar extract --layers --destination /extracted/$module || exit 1; \
    done

FROM eclipse-temurin:25-jre
RUN useradd --system --user-group --no-create-home fib && install -d -o fib -g fib /app
WORKDIR /app
USER fib
ARG MODULE=fib-server
# What changes least comes first, so that a new build of the program sends only its own classes
COPY --from=build --chown=fib:fib /extracted/$MODULE/dependencies/ ./
COPY --from=build --chown=fib:fib /extracted/$MODULE/spring-boot-loader/ ./
COPY --from=build --chown=fib:fib /extracted/$MODULE/snapshot-dependencies/ ./
COPY --from=build --chown=fib:fib /extracted/$MODULE/application/ ./
# A training run: it starts the context, connects to nothing and exits; what it loaded is faster to load from now on
RUN java -XX:AOTCacheOutput=app.aot -Dspring.context.exit=onRefresh -jar app.jar >/dev/null
ARG PORT=8080
# Read by the health check of docker-compose.yml
ENV HTTP_PORT=$PORT
EXPOSE $PORT
ENTRYPOINT ["java", "-XX:AOTCache=app.aot", "-jar", "app.jar"]
