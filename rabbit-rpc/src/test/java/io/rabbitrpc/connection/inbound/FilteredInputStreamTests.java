package io.rabbitrpc.connection.inbound;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.rabbitrpc.RpcHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of which bytes pass from a broker to amqp-client.
 */
class FilteredInputStreamTests {

	private static final int FRAME_MAX = 131_072;

	private static final int MAX_BODY_BYTES = 200_000;

	private static final byte[] HEARTBEAT = frame(8, 0, new byte[0]);

	private static final byte[] TUNE = frame(1, 0, ContentHeaders.encode((out) -> {
		out.writeInt(10 << 16 | 30);
		out.writeShort(2047);
		out.writeInt(FRAME_MAX);
		out.writeShort(60);
	}));

	private static final byte[] DELIVER = frame(1, 7, new byte[40]);

	private static final byte[] GOOD = frame(2, 7, ContentHeaders.request(3, ContentHeaders.nested(32)));

	private static final byte[] BAD = frame(2, 7, ContentHeaders.request(3, ContentHeaders.nested(33)));

	private static final byte[] BODY = frame(3, 7, new byte[] { 1, 2, 3 });

	private static final byte[] CLOSE_OK_7 = frame(1, 7, new byte[] { 0, 20, 0, 41 });

	private final HeldBodies held = new HeldBodies(100_000);

	private final InboundFilter filter = new InboundFilter(MAX_BODY_BYTES, this.held);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 8, 100, 8192, 200_000 })
	void readableMessagesPassUnchanged(int readAtOnce) throws IOException {
		byte[] large = frame(3, 7, bytes(FRAME_MAX - 8));
		byte[] sent = join(TUNE, HEARTBEAT, DELIVER, GOOD, BODY, DELIVER, GOOD, large, large, HEARTBEAT);
		assertThat(receive(sent, readAtOnce)).isEqualTo(sent);
		assertThat(this.filter.headersDropped()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 7, 8, 100, 8192, 200_000 })
	void headersThatItCannotReadAreDroppedWhereverReadsAreSplit(int readAtOnce) throws IOException {
		byte[] sent = join(TUNE, DELIVER, BAD, BODY, HEARTBEAT, DELIVER, GOOD, BODY, DELIVER, BAD, BODY);
		List<byte[]> frames = frames(receive(sent, readAtOnce));
		assertThat(frames).hasSize(11);
		assertThat(frames.get(6)).isEqualTo(GOOD);
		for (int i : new int[] { 2, 9 }) {
			BasicProperties properties = ContentHeaders.read(payload(frames.get(i)));
			assertThat(properties.getHeaders()).isNull();
			assertThat(properties.getReplyTo()).isEqualTo("replies");
			assertThat(frames.get(i + 1)).isEqualTo(BODY);
		}
		assertThat(this.filter.headersDropped()).isEqualTo(2);
	}

	@Test
	void headersThatFillAFrameAndAreNestedTooDeepAreDropped() throws IOException {
		byte[] deep = frame(2, 7, ContentHeaders.request(3, ContentHeaders.nested(18_000)));
		assertThat(deep.length).isBetween(FRAME_MAX - 8192, FRAME_MAX);
		List<byte[]> frames = frames(receive(join(TUNE, DELIVER, deep, BODY), 8192));
		assertThat(ContentHeaders.read(payload(frames.get(2))).getReplyTo()).isEqualTo("replies");
		assertThat(frames.get(3)).isEqualTo(BODY);
	}

	@Test
	void headersThatTheBrokerMadeTooLongForAFrameAreDropped() throws IOException {
		byte[] table = ContentHeaders.encode((out) -> {
			out.writeInt(FRAME_MAX);
			for (int i = 0; i < FRAME_MAX / 2; i++) {
				out.write(new byte[] { 0, 'V' });
			}
		});
		byte[] message = join(DELIVER, frame(2, 7, ContentHeaders.request(3, table)), BODY);
		assertThat(receive(message, 8192)).as("as long as nobody says how long").isEqualTo(message);
		List<byte[]> frames = frames(receive(join(TUNE, message), 8192));
		assertThat(ContentHeaders.read(payload(frames.get(2))).getHeaders()).isNull();
		assertThat(frames.get(3)).isEqualTo(BODY);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 100, 8192, 200_000 })
	void aBodyThatIsTooLargeIsDropped(int readAtOnce) throws IOException {
		byte[] header = frame(2, 7, ContentHeaders.request(MAX_BODY_BYTES, ContentHeaders.nested(0)));
		byte[] part = frame(3, 7, bytes(100_000));
		byte[] other = frame(3, 8, bytes(100_000));
		List<byte[]> frames = frames(
				receive(join(TUNE, DELIVER, header, part, other, HEARTBEAT, part, DELIVER, GOOD, BODY), readAtOnce));
		assertThat(frames).hasSize(8);
		assertThat(ContentHeaders.read(payload(frames.get(2))).getBodySize()).isZero();
		assertThat(frames.subList(3, 8)).containsExactly(other, HEARTBEAT, DELIVER, GOOD, BODY);
		assertThat(this.filter.bodiesDropped()).isOne();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 100, 8192, 200_000 })
	void aBodyForWhichThereIsNoRoomIsDroppedUntilAChannelCloses(int readAtOnce) throws IOException {
		this.held.countFor("rpc.", 1);
		byte[] sent = join(TUNE, deliver(7, "rpc.1"), large(7), deliver(8, "rpc.2"), large(8), HEARTBEAT, body(8),
				body(7), CLOSE_OK_7, deliver(8, "rpc.2"), large(8), body(8));
		List<byte[]> frames = frames(receive(sent, readAtOnce));
		assertThat(frames).hasSize(11);
		assertThat(frames.get(2)).isEqualTo(large(7));
		BasicProperties properties = ContentHeaders.read(payload(frames.get(4)));
		assertThat(properties.getBodySize()).isZero();
		assertThat(properties.getHeaders()).containsEntry(RpcHeaders.DROPPED, -60_000L);
		assertThat(frames.subList(5, 11)).containsExactly(HEARTBEAT, body(7), CLOSE_OK_7, deliver(8, "rpc.2"), large(8),
				body(8));
		assertThat(this.filter.bodiesDropped()).isOne();
		assertThat(this.held.bytes()).isZero();
	}

	@Test
	void bodiesForOtherConsumersPassHoweverManyComeAtOnce() throws IOException {
		this.held.countFor("rpc.", 1);
		byte[] others = join(deliver(7, "amq.ctag-1"), large(7), deliver(8, ""), large(8), deliver(9, "rpc"), large(9),
				body(7), body(8), body(9));
		assertThat(receive(others, 8192)).isEqualTo(others);
		// Each channel may have several consumers
		byte[] changing = join(deliver(7, "rpc.1"), large(7), body(7), deliver(7, "other"), large(7), body(7));
		assertThat(receive(changing, 8192)).isEqualTo(changing);
	}

	@Test
	void withoutConsumersThatCountAllBodiesPass() throws IOException {
		byte[] sent = join(deliver(7, "rpc.1"), large(7), deliver(8, "rpc.1"), large(8), body(7), body(8));
		assertThat(receive(sent, 8192)).isEqualTo(sent);
	}

	@Test
	void aDeliveryWithoutTagsPasses() throws IOException {
		// The read bytes end with the payload
		byte[] sent = join(frame(1, 7, new byte[16 * 1024 - 11 - 8]), frame(1, 7, new byte[] { 0, 60, 0, 60 }));
		assertThat(receive(sent, 200_000)).isEqualTo(sent);
	}

	@Test
	void roomComesBackWithTheEndOfTheConnection() throws IOException {
		this.held.countFor("rpc.", 1);
		receive(join(deliver(7, "rpc.1"), large(7), body(7)), 8192);
		assertThat(this.held.bytes()).isZero();
	}

	@Test
	void roomForABodyThatEndsWithTheConnectionComesBack() throws IOException {
		this.held.countFor("rpc.", 1);
		byte[] half = Arrays.copyOf(body(7), 30_000);
		receive(join(deliver(7, "rpc.1"), large(7), half), 8192);
		assertThat(this.held.bytes()).isZero();
	}

	private static byte[] deliver(int channel, String consumerTag) {
		return frame(1, channel, ContentHeaders.encode((out) -> {
			out.writeInt(60 << 16 | 60);
			out.writeByte(consumerTag.length());
			out.writeBytes(consumerTag);
			out.writeLong(1);
			out.writeByte(0);
			out.writeByte(0);
			out.writeByte(3);
			out.writeBytes("key");
		}));
	}

	private static byte[] large(int channel) {
		return frame(2, channel, ContentHeaders.request(60_000, ContentHeaders.nested(0)));
	}

	private static byte[] body(int channel) {
		return frame(3, channel, bytes(60_000));
	}

	@Test
	void bytesThatAreNoFramePass() throws IOException {
		byte[] otherProtocol = { 'A', 'M', 'Q', 'P', 0, 1, 0, 0 };
		assertThat(receive(otherProtocol, 3)).isEqualTo(otherProtocol);
		byte[] badEnd = BAD.clone();
		badEnd[badEnd.length - 1] = 0;
		assertThat(receive(badEnd, 3)).isEqualTo(badEnd);
		byte[] otherClass = BAD.clone();
		otherClass[8] = 61;
		assertThat(receive(otherClass, 3)).isEqualTo(otherClass);
		byte[] noise = new byte[100_000];
		new Random(1).nextBytes(noise);
		assertThat(receive(noise, 1000)).isEqualTo(noise);
	}

	@Test
	void aFrameThatEndsWithTheConnectionPasses() throws IOException {
		byte[] half = Arrays.copyOf(BAD, BAD.length - 1);
		assertThat(receive(join(HEARTBEAT, half), 8192)).isEqualTo(join(HEARTBEAT, half));
	}

	@Test
	void aReadThatTimesOutLosesNothing() throws IOException {
		InputStream in = this.filter.apply(new SequenceInputStream(new ByteArrayInputStream(Arrays.copyOf(BAD, 20)),
				new SequenceInputStream(new TimeOut(), new ByteArrayInputStream(BAD, 20, BAD.length - 20))));
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(in::read);
		assertThat(ContentHeaders.read(payload(in.readAllBytes())).getReplyTo()).isEqualTo("replies");
	}

	@Test
	void availableCountsTheBytesThatCanBeReadAtOnce() throws IOException {
		InputStream in = this.filter.apply(new ByteArrayInputStream(HEARTBEAT));
		assertThat(in.available()).isZero();
		assertThat(in.read()).isEqualTo(8);
		assertThat(in.available()).isEqualTo(HEARTBEAT.length - 1);
	}

	private byte[] receive(byte[] sent, int readAtOnce) throws IOException {
		InputStream in = this.filter.apply(new InputStream() {

			private final InputStream all = new ByteArrayInputStream(sent);

			@Override
			public int read() throws IOException {
				return this.all.read();
			}

			@Override
			public int read(byte[] bytes, int offset, int length) throws IOException {
				return this.all.read(bytes, offset, Math.min(length, readAtOnce));
			}

		});
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		byte[] buffer = new byte[8192];
		for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
			received.write(buffer, 0, count);
		}
		return received.toByteArray();
	}

	private static List<byte[]> frames(byte[] received) {
		List<byte[]> frames = new ArrayList<>();
		int position = 0;
		while (position < received.length) {
			int end = position + 8 + (int) FieldTable.length(received, position + 3);
			frames.add(Arrays.copyOfRange(received, position, end));
			position = end;
		}
		return frames;
	}

	private static byte[] frame(int type, int channel, byte[] payload) {
		return ContentHeaders.encode((out) -> {
			out.writeByte(type);
			out.writeShort(channel);
			out.writeInt(payload.length);
			out.write(payload);
			out.writeByte(0xCE);
		});
	}

	private static byte[] payload(byte[] frame) {
		return Arrays.copyOfRange(frame, 7, frame.length - 1);
	}

	private static byte[] bytes(int count) {
		byte[] bytes = new byte[count];
		new Random(count).nextBytes(bytes);
		return bytes;
	}

	private static byte[] join(byte[]... parts) {
		return ContentHeaders.encode((out) -> {
			for (byte[] part : parts) {
				out.write(part);
			}
		});
	}

	/**
	 * Times out once.
	 */
	private static final class TimeOut extends InputStream {

		private boolean hasTimedOut;

		@Override
		public int read() throws IOException {
			return read(new byte[1], 0, 1);
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			if (this.hasTimedOut) {
				return -1;
			}
			this.hasTimedOut = true;
			throw new SocketTimeoutException("nothing came");
		}

	}

}
