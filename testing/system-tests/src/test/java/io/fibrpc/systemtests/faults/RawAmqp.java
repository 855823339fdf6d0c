package io.fibrpc.systemtests.faults;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.fibrpc.testbroker.VirtualHost;

/**
 * Publishes over a socket what a well-behaved AMQP 0-9-1 client refuses to send: bytes
 * that are not UTF-8, delivery modes that do not exist, headers of any depth. It has one
 * connection with one channel, in confirm mode, and no heartbeat.
 */
final class RawAmqp implements AutoCloseable {

	static final int BASIC = 60;

	private static final int CONNECTION = 10;

	private static final int CHANNEL = 20;

	private static final int CONFIRM = 85;

	private static final int FRAME_MAX = 131_072;

	private static final int FRAME_OVERHEAD = 8;

	private static final int FRAME_END = 0xCE;

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Socket socket = new Socket();

	private final DataInputStream in;

	private final DataOutputStream out;

	/**
	 * Logs in as guest and opens a channel.
	 * @param host the virtual host
	 * @throws IOException if the broker refuses
	 */
	RawAmqp(VirtualHost host) throws IOException {
		this.socket.connect(new InetSocketAddress(host.broker().host(), host.broker().port()), TIMEOUT_MILLIS);
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		// Otherwise the second part of each message waits 40 ms for the ACK of the first
		this.socket.setTcpNoDelay(true);
		this.in = new DataInputStream(this.socket.getInputStream());
		this.out = new DataOutputStream(new BufferedOutputStream(this.socket.getOutputStream()));
		this.out.write(new byte[] { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 });
		this.out.flush();
		await(CONNECTION, 10);
		byte[] login = "\0guest\0guest".getBytes(StandardCharsets.US_ASCII);
		method(0, CONNECTION, 11, Amqp.table(), Amqp.shortString("PLAIN"), Amqp.longString(login),
				Amqp.shortString("en_US"));
		await(CONNECTION, 30);
		method(0, CONNECTION, 31, Amqp.encode((tune) -> {
			tune.writeShort(1);
			tune.writeInt(FRAME_MAX);
			tune.writeShort(0);
		}));
		method(0, CONNECTION, 40, Amqp.shortString(host.name()), Amqp.shortString(""), new byte[1]);
		await(CONNECTION, 41);
		method(1, CHANNEL, 10, Amqp.shortString(""));
		await(CHANNEL, 11);
		method(1, CONFIRM, 10, new byte[1]);
		await(CONFIRM, 11);
	}

	/**
	 * Publishes to the default exchange.
	 * @param queue the routing key
	 * @param message the message
	 * @throws IOException if the broker does not take it
	 */
	void publish(String queue, RawMessage message) throws IOException {
		method(1, BASIC, 40, new byte[2], Amqp.shortString(""), Amqp.shortString(queue), new byte[1]);
		frame(2, 1, message.header());
		byte[] body = message.body();
		int part = FRAME_MAX - FRAME_OVERHEAD;
		for (int start = 0; start < body.length; start += part) {
			frame(3, 1, body, start, Math.min(part, body.length - start));
		}
		this.out.flush();
		await(BASIC, 80);
	}

	private void method(int channel, int classId, int methodId, byte[]... arguments) throws IOException {
		frame(1, channel, Amqp.encode((payload) -> {
			payload.writeShort(classId);
			payload.writeShort(methodId);
			for (byte[] argument : arguments) {
				payload.write(argument);
			}
		}));
		this.out.flush();
	}

	private void frame(int type, int channel, byte[] payload) throws IOException {
		frame(type, channel, payload, 0, payload.length);
	}

	private void frame(int type, int channel, byte[] payload, int start, int length) throws IOException {
		this.out.writeByte(type);
		this.out.writeShort(channel);
		this.out.writeInt(length);
		this.out.write(payload, start, length);
		this.out.writeByte(FRAME_END);
	}

	private void await(int classId, int methodId) throws IOException {
		while (true) {
			int type = this.in.readUnsignedByte();
			this.in.readUnsignedShort();
			ByteBuffer payload = ByteBuffer.wrap(this.in.readNBytes(this.in.readInt()));
			this.in.readUnsignedByte();
			if (type != 1) {
				continue;
			}
			short foundClass = payload.getShort();
			short foundMethod = payload.getShort();
			if (foundClass == classId && foundMethod == methodId) {
				return;
			}
			if ((foundClass == CONNECTION && foundMethod == 50) || (foundClass == CHANNEL && foundMethod == 40)) {
				int code = payload.getShort();
				byte[] text = new byte[payload.get() & 0xFF];
				payload.get(text);
				throw new IOException("%d %s".formatted(code, new String(text, StandardCharsets.UTF_8)));
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
