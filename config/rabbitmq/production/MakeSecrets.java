import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes the secrets of a broker for production and of its programs, in one folder for each: an authority, a certificate and a key for each of them, passwords, and definitions with the hashes of the passwords. The programs are the users in definitions.json that have their name in place of a hash, such as @fib-server@. It keeps a password whose file exists already. If you run it again, it makes new certificates of the same authority, and new hashes.
 * <p>
 * Usage: java MakeSecrets.java FOLDER BROKER-HOST...
 */
final class MakeSecrets {

	// In the definitions, in place of the hash of a user's password
	private static final Pattern USER = Pattern.compile("\"@([\\w.-]+)@\"");

	private static final String DAYS = "90";

	private static final SecureRandom RANDOM = new SecureRandom();

	private final Path folder;

	private final Path authority;

	private final String storePassword;

	private MakeSecrets(Path folder) throws IOException {
		this.folder = folder;
		this.authority = Files.createDirectories(folder.resolve("authority")).resolve("authority.p12");
		this.storePassword = password(folder.resolve("authority/password"));
	}

	public static void main(String[] args) throws Exception {
		if (args.length < 2) {
			System.err.println("Usage: java MakeSecrets.java FOLDER BROKER-HOST...");
			System.exit(2);
		}
		Path source = Path.of(MakeSecrets.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path folder = Files.createDirectories(Path.of(args[0]));
		Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
		new MakeSecrets(folder).make(List.of(args).subList(1, args.length), source.resolveSibling("definitions.json"));
	}

	private void make(List<String> hosts, Path template) throws Exception {
		if (!Files.exists(this.authority)) {
			keytool("authority", "CN=rabbit-rpc authority", "-validity", "3650", "-ext", "bc:c");
		}
		List<String> names = new ArrayList<>();
		hosts.forEach((host) -> names.add((host.matches("[0-9.]+") ? "ip:" : "dns:") + host));
		certify("broker", this.folder.resolve("broker"), "-ext", "san=" + String.join(",", names));
		String definitions = Files.readString(template);
		for (String user : USER.matcher(definitions).results().map((found) -> found.group(1)).toList()) {
			Path own = this.folder.resolve(user);
			certify(user, own.resolve("tls"));
			Path settings = Files.createDirectories(own.resolve("settings"));
			String password = password(settings.resolve("spring.rabbitmq.password"));
			Files.writeString(settings.resolve("spring.rabbitmq.username"), user);
			definitions = definitions.replace("@" + user + "@", hash(password));
		}
		Files.writeString(this.folder.resolve("broker/definitions.json"), definitions);
	}

	/** Keeps a file that exists already. */
	private static String password(Path file) throws IOException {
		if (!Files.exists(file)) {
			byte[] random = new byte[24];
			RANDOM.nextBytes(random);
			Files.writeString(file, Base64.getUrlEncoder().encodeToString(random));
		}
		return Files.readString(file).strip();
	}

	/** As RabbitMQ hashes passwords: https://www.rabbitmq.com/docs/passwords */
	private static String hash(String password) throws GeneralSecurityException, IOException {
		byte[] salt = new byte[4];
		RANDOM.nextBytes(salt);
		ByteArrayOutputStream salted = new ByteArrayOutputStream();
		salted.write(salt);
		salted.write(password.getBytes(StandardCharsets.UTF_8));
		ByteArrayOutputStream hash = new ByteArrayOutputStream();
		hash.write(salt);
		hash.write(MessageDigest.getInstance("SHA-256").digest(salted.toByteArray()));
		return Base64.getEncoder().encodeToString(hash.toByteArray());
	}

	private void certify(String name, Path to, String... extensions) throws Exception {
		Files.createDirectories(to);
		KeyStore store = store();
		if (store.containsAlias(name)) {
			store.deleteEntry(name);
			try (var output = Files.newOutputStream(this.authority)) {
				store.store(output, this.storePassword.toCharArray());
			}
		}
		List<String> options = new ArrayList<>(List.of("-signer", "authority", "-validity", DAYS));
		options.addAll(List.of(extensions));
		keytool(name, "CN=" + name, options.toArray(String[]::new));
		store = store();
		writePem(to.resolve("authority.pem"), "CERTIFICATE", store.getCertificate("authority").getEncoded());
		Certificate[] chain = store.getCertificateChain(name);
		writePem(to.resolve("certificate.pem"), "CERTIFICATE", chain[0].getEncoded());
		writePem(to.resolve("key.pem"), "PRIVATE KEY",
				store.getKey(name, this.storePassword.toCharArray()).getEncoded());
	}

	private KeyStore store() throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(this.authority)) {
			store.load(input, this.storePassword.toCharArray());
		}
		return store;
	}

	private static void writePem(Path file, String type, byte[] der) throws IOException {
		Files.writeString(file, "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(type,
				Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(der)));
	}

	private void keytool(String alias, String name, String... options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-J-XX:TieredStopAtLevel=1", "-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", name, "-storetype",
				"PKCS12", "-keystore", this.authority.toString(), "-storepass:env", "STORE_PASSWORD"));
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		// Not as an argument, which other users of the machine can read
		builder.environment().put("STORE_PASSWORD", this.storePassword);
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new IOException("keytool: " + output);
		}
	}

}
