package io.fibrpc.testbroker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes keys and certificates for one test, by the JDK's {@code keytool}.
 */
public final class KeyTool {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private KeyTool() {
	}

	/**
	 * Makes a key and its certificate, which is valid for five days.
	 * @param keyStore the PKCS #12 file to put them into, made if there is none
	 * @param password of the file
	 * @param alias their name there, and in the certificate
	 * @param more arguments of {@code keytool -genkeypair}, such as {@code -signer} and
	 * the name of a key in the file
	 */
	public static void makeKey(Path keyStore, String password, String alias, String... more) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-keyalg", "EC", "-dname", "CN=" + alias, "-validity", "5", "-storetype", "PKCS12",
						"-keystore", keyStore.toString(), "-storepass", password));
		command.addAll(List.of(more));
		Commands.run(new ProcessBuilder(command), TIMEOUT);
	}

}
