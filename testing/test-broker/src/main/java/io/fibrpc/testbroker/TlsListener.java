package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A port on the loopback interface that speaks TLS with a certificate of its own. It
 * forwards all bytes to a broker.
 */
public final class TlsListener implements AutoCloseable {

	private final TestBroker broker;

	private final ServerSocket listener;

	private final Path keyStore;

	private final char[] password;

	private final AtomicInteger connections = new AtomicInteger();

	private volatile SSLContext context;

	/**
	 * Listens.
	 * @param keyStore a PKCS #12 file with the key and the certificate
	 * @param alias their name there
	 * @param password of the file
	 * @param broker where to forward
	 * @throws GeneralSecurityException if there is no such key
	 * @throws IOException if the file cannot be read
	 */
	public TlsListener(Path keyStore, String alias, char[] password, TestBroker broker)
			throws GeneralSecurityException, IOException {
		this.broker = broker;
		this.keyStore = keyStore;
		this.password = password;
		this.context = context(alias);
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::acceptUntilClosed);
	}

	private SSLContext context(String alias) throws GeneralSecurityException, IOException {
		KeyStore all = KeyStore.getInstance("PKCS12");
		KeyStore one = KeyStore.getInstance("PKCS12");
		try (InputStream input = Files.newInputStream(this.keyStore)) {
			all.load(input, this.password);
		}
		one.load(null, this.password);
		one.setKeyEntry(alias, all.getKey(alias, this.password), this.password, all.getCertificateChain(alias));
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(one, this.password);
		SSLContext made = SSLContext.getInstance("TLS");
		made.init(keys.getKeyManagers(), null, null);
		return made;
	}

	/**
	 * Shows another certificate from now on.
	 * @param alias its name in the file
	 * @throws GeneralSecurityException if there is no such key
	 * @throws IOException if the file cannot be read
	 */
	public void present(String alias) throws GeneralSecurityException, IOException {
		this.context = context(alias);
	}

	/**
	 * How many connections there have been, with TLS or without.
	 * @return their number
	 */
	public int connections() {
		return this.connections.get();
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
				Socket client = this.listener.accept();
				this.connections.incrementAndGet();
				start(() -> handshakeAndPassOn(client));
			}
			catch (IOException ex) {
				// The test is over
			}
		}
	}

	private void handshakeAndPassOn(Socket accepted) {
		try (accepted;
				SSLSocket client = (SSLSocket) this.context.getSocketFactory().createSocket(accepted, null, true)) {
			client.startHandshake();
			try (Socket server = new Socket(this.broker.host(), this.broker.port())) {
				accepted.setTcpNoDelay(true);
				server.setTcpNoDelay(true);
				start(() -> {
					passOn(server, client);
					// Not by TLS: a client that reads nothing would hold that up
					TcpProxy.closeQuietly(accepted);
				});
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
