package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes keys and certificates for one test, by the JDK's {@code keytool}.
 */
public final class KeyTool {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	// By default the password is hashed 10,000 times, here and at each reading of the
	// file. See the settings keystore.pkcs12 in the JDK's file java.security
	private static final List<String> QUICKLY = List.of("-J-XX:TieredStopAtLevel=1",
			"-J-Dkeystore.pkcs12.certPbeIterationCount=1", "-J-Dkeystore.pkcs12.keyPbeIterationCount=1",
			"-J-Dkeystore.pkcs12.macIterationCount=1");

	private KeyTool() {
	}

	/**
	 * Makes a key and its certificate, which is valid for five days.
	 * @param keyStore the PKCS #12 file to put them into, created if it is missing
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
		command.addAll(QUICKLY);
		command.addAll(List.of(more));
		Commands.run(new ProcessBuilder(command), TIMEOUT);
	}

	/**
	 * Trusts the certificates that were made.
	 * @param keyStore the file
	 * @param password of the file
	 * @return what a client connects with that trusts all of them and nothing else
	 */
	public static SSLContext trust(Path keyStore, String password) {
		try (InputStream input = Files.newInputStream(keyStore)) {
			KeyStore made = KeyStore.getInstance("PKCS12");
			made.load(input, password.toCharArray());
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(null, null);
			for (String alias : Collections.list(made.aliases())) {
				trusted.setCertificateEntry(alias, made.getCertificate(alias));
			}
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(trusted);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, trust.getTrustManagers(), null);
			return context;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException("Cannot read " + keyStore, ex);
		}
	}

}
