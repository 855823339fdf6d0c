package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A port on the loopback interface that speaks TLS with a certificate of its own, and
 * passes on to a broker what it is told.
 */
public final class TlsListener implements AutoCloseable {

	private final TestBroker broker;

	private final SSLServerSocket listener;

	/**
	 * Listens.
	 * @param keyStore a PKCS #12 file with the key and the certificate
	 * @param alias their name there
	 * @param password of the file
	 * @param broker where to pass on
	 * @throws GeneralSecurityException if there is no such key
	 * @throws IOException if the file cannot be read
	 */
	public TlsListener(Path keyStore, String alias, char[] password, TestBroker broker)
			throws GeneralSecurityException, IOException {
		this.broker = broker;
		KeyStore all = KeyStore.getInstance("PKCS12");
		KeyStore one = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(keyStore)) {
			all.load(input, password);
		}
		one.load(null, password);
		one.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(one, password);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		this.listener = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::acceptUntilClosed);
	}

	/**
	 * The port on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	private void acceptUntilClosed() {
		while (!this.listener.isClosed()) {
			try {
				SSLSocket client = (SSLSocket) this.listener.accept();
				start(() -> handshakeAndPassOn(client));
			}
			catch (IOException ex) {
				// The test is over
			}
		}
	}

	private void handshakeAndPassOn(SSLSocket client) {
		try (client) {
			client.startHandshake();
			try (Socket server = new Socket(this.broker.host(), this.broker.port())) {
				start(() -> passOn(server, client));
				passOn(client, server);
			}
		}
		catch (IOException ex) {
			// The client does not trust this certificate, or speaks no TLS
		}
	}

	private static void passOn(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// One of them has ended
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "tls-listener");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
	}

}
