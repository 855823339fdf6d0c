package io.fibrpc.systemtests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that scripts never pass a password as an argument, because all users of a machine
 * see arguments. Every program that a script finds is a script of this test, which notes
 * its arguments. Those for Java, Maven and curl do nothing else. All others run the real
 * program.
 */
@Tag("broker")
@Tag("once")
class ScriptArgumentsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String PASSWORD = "se-cr3t";

	private static final String NOTE = """
			#!/bin/bash
			printf '%s\\n' "${0##*/} $*" >>"$NOTES"
			[[ $SPRING_RABBITMQ_ADDRESSES == *se-cr3t* ]] && printf 'the environment has it\\n' >>"$NOTES"
			""";

	private static final String RUN = NOTE + "PATH=$REAL_PATH exec \"${0##*/}\" \"$@\"\n";

	// A server, a client that stays up, one with numbers, or a tool of scripts/bench
	private static final String JAVA = NOTE + """
			case "$*" in
			  -version) PATH=$REAL_PATH exec java -version ;;
			  *fib-server.jar*) PATH=$REAL_PATH exec sleep 60 ;;
			  *fib-client.jar*--server.port*) printf ' [.] Got 832040\\n'; PATH=$REAL_PATH exec sleep 60 ;;
			  *fib-client.jar' '-1) exit 2 ;;
			  *) printf 'RabbitMQ 3.10.8\\n' ;;
			esac
			""";

	@TempDir
	private Path folder;

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final String user = "script-" + this.host.name();

	@BeforeEach
	void addUser() {
		TestBroker broker = TestBroker.shared();
		broker.rabbitmqctl("add_user", this.user, PASSWORD);
		broker.rabbitmqctl("set_permissions", "-p", this.host.name(), this.user, ".*", ".*", ".*");
	}

	@BeforeEach
	void makePrograms() throws IOException {
		program("note-and-run", RUN);
		List<Path> folders = Pattern.compile(File.pathSeparator)
			.splitAsStream(System.getenv("PATH"))
			.map(Path::of)
			.filter(Files::isDirectory)
			.toList();
		for (Path programs : folders) {
			link(programs);
		}
		program("java", JAVA);
		program("mvn", NOTE);
		program("curl", NOTE);
	}

	private void link(Path programs) throws IOException {
		try (Stream<Path> files = Files.list(programs)) {
			for (Path program : files.filter(Files::isExecutable).toList()) {
				Path name = this.folder.resolve(program.getFileName());
				if (!Files.exists(name)) {
					Files.createSymbolicLink(name, this.folder.resolve("note-and-run"));
				}
			}
		}
	}

	private void program(String name, String text) throws IOException {
		Path program = this.folder.resolve(name);
		Files.deleteIfExists(program);
		Files.writeString(program, text);
		Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@AfterEach
	void deleteUser() {
		TestBroker.shared().rabbitmqctl("delete_user", this.user);
		this.host.close();
	}

	private List<String> run(String script, String... options) throws IOException {
		Path notes = this.folder.resolve("notes");
		String uri = this.host.uri().replaceFirst("//.*@", "//%s:%s@".formatted(this.user, PASSWORD));
		List<String> command = Stream
			.concat(Stream.of("/bin/bash", Path.of("..", "..", "scripts", script).toString()), Stream.of(options))
			.toList();
		Map<String, String> environment = Map.of("PATH", this.folder.toString(), "REAL_PATH", System.getenv("PATH"),
				"NOTES", notes.toString(), "FIB_BROKER_URI", uri, "JAVA_HOME", "");
		try (ProgramProcess process = new ProgramProcess(script, command, environment)) {
			ProgramResult result = process.result(TIMEOUT);
			assertThat(result.exitCode()).as(() -> result.output() + "\n" + result.errors()).isZero();
			assertThat(result.output()).noneMatch((line) -> line.contains(PASSWORD));
			assertThat(result.errors()).noneMatch((line) -> line.contains(PASSWORD));
		}
		return Files.readAllLines(notes);
	}

	private static void assertNoPassword(List<String> notes) {
		assertThat(notes).noneMatch((line) -> line.contains(PASSWORD));
		// Otherwise the script had no password that it could show
		assertThat(notes).contains("the environment has it");
	}

	@Test
	void demo() throws Exception {
		List<String> notes = run("demo");
		assertNoPassword(notes);
		assertThat(notes).filteredOn((line) -> line.startsWith("java -jar")).hasSize(6);
	}

	@Test
	void bench() throws Exception {
		List<String> notes = run("bench", "--no-build", "--only=calls");
		assertNoPassword(notes);
		assertThat(notes).filteredOn((line) -> line.startsWith("java -jar")).hasSizeGreaterThan(5);
	}

}
