"""RabbitMQ's tutorial six as programs in Python 3 without any library: on the wire they behave like the published ones.

    tutorial_peer.py HOST PORT VHOST client N            calls fib(N) on rpc_queue, with an exclusive reply queue
    tutorial_peer.py HOST PORT VHOST client-direct N     the same by direct reply-to
    tutorial_peer.py HOST PORT VHOST server QUEUE fib    serves fib(n), and "plus100" instead of "fib" n + 100
"""
import socket
import struct
import sys
import uuid

# Content properties in the order of their flag bits, from bit 15 downwards (AMQP 0-9-1, section 4.2.6.1)
PROPERTIES = ('content_type', 'content_encoding', 'headers', 'delivery_mode', 'priority', 'correlation_id', 'reply_to',
              'expiration', 'message_id', 'timestamp', 'type', 'user_id', 'app_id')
WIDTHS = {'delivery_mode': 1, 'priority': 1, 'timestamp': 8}


def short(text):
    data = text.encode()
    return bytes([len(data)]) + data


def long(data):
    return struct.pack('>I', len(data)) + data


class Channel:
    """One connection with one channel of AMQP 0-9-1, without heartbeats."""

    def __init__(self, host, port, vhost):
        self.socket = socket.create_connection((host, port), 10)
        self.stream = self.socket.makefile('rb')
        self.socket.sendall(b'AMQP\x00\x00\x09\x01')
        self.expect(10, 10)
        self.send(0, 10, 11, long(b'') + short('PLAIN') + long(b'\0guest\0guest') + short('en_US'))
        self.expect(10, 30)
        self.send(0, 10, 31, struct.pack('>HIH', 1, 131072, 0))
        self.send(0, 10, 40, short(vhost) + short('') + b'\0')
        self.expect(10, 41)
        self.send(1, 20, 10, short(''))
        self.expect(20, 11)

    def declare(self, name, bits, arguments=b''):
        self.send(1, 50, 10, b'\0\0' + short(name) + bytes([bits]) + long(arguments))
        declared = self.expect(50, 11)
        return declared[1:1 + declared[0]].decode()

    def prefetch(self, count):
        self.send(1, 60, 10, struct.pack('>IHB', 0, count, 0))
        self.expect(60, 11)

    def consume(self, queue, no_ack):
        self.send(1, 60, 20, b'\0\0' + short(queue) + short('') + bytes([2 if no_ack else 0]) + long(b''))
        self.expect(60, 21)

    def ack(self, tag):
        self.send(1, 60, 80, struct.pack('>QB', tag, 0))

    def publish(self, queue, body, correlation_id, reply_to=None):
        self.send(1, 60, 40, b'\0\0' + short('') + short(queue) + b'\0')
        flags, values = 1 << 10, short(correlation_id)
        if reply_to:
            flags, values = flags | 1 << 9, values + short(reply_to)
        self.frame(2, 1, struct.pack('>HHQH', 60, 0, len(body), flags) + values)
        if body:
            self.frame(3, 1, body)

    def deliveries(self):
        """Each message as tag, properties and body."""
        self.socket.settimeout(None)
        while True:
            arguments = self.expect(60, 60)
            tag = struct.unpack_from('>Q', arguments, 1 + arguments[0])[0]
            header = self.read_frame()[1]
            size, flags = struct.unpack_from('>QH', header, 4)
            body = b''
            while len(body) < size:
                body += self.read_frame()[1]
            yield tag, self.properties(header[14:], flags), body

    @staticmethod
    def properties(data, flags):
        found, at = {}, 0
        for bit, name in enumerate(PROPERTIES):
            if not flags >> 15 - bit & 1:
                continue
            if name == 'headers':
                at += 4 + struct.unpack_from('>I', data, at)[0]
            elif name in WIDTHS:
                at += WIDTHS[name]
            else:
                found[name] = data[at + 1:at + 1 + data[at]].decode()
                at += 1 + data[at]
        return found

    def send(self, channel, class_id, method_id, arguments):
        self.frame(1, channel, struct.pack('>HH', class_id, method_id) + arguments)

    def frame(self, kind, channel, payload):
        self.socket.sendall(struct.pack('>BHI', kind, channel, len(payload)) + payload + b'\xce')

    def read_frame(self):
        header = self.stream.read(7)
        if len(header) < 7:
            sys.exit('The broker closed the connection')
        kind, _, size = struct.unpack('>BHI', header)
        return kind, self.stream.read(size + 1)[:-1]

    def expect(self, class_id, method_id):
        while True:
            kind, payload = self.read_frame()
            if kind == 1:
                found = struct.unpack_from('>HH', payload)
                if found == (class_id, method_id):
                    return payload[4:]
                if found in ((10, 50), (20, 40)):
                    sys.exit('The broker closed the channel: %r' % payload[4:])


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def client(channel, n, direct):
    exclusive = 4
    replies = 'amq.rabbitmq.reply-to' if direct else channel.declare('', exclusive)
    channel.consume(replies, no_ack=True)
    correlation_id = str(uuid.uuid4())
    print(' [x] Requesting fib(%s)' % n)
    channel.publish('rpc_queue', n.encode(), correlation_id, replies)
    for _, properties, body in channel.deliveries():
        if properties.get('correlation_id') == correlation_id:
            print(' [.] Got %d' % int(body))
            return


def server(channel, queue, function):
    durable = 2
    channel.declare(queue, durable, short('x-queue-type') + b'S' + long(b'quorum'))
    channel.prefetch(1)
    channel.consume(queue, no_ack=False)
    print(' [x] Awaiting RPC requests')
    for tag, properties, body in channel.deliveries():
        n = int(body)
        print(' [.] fib(%d)' % n)
        channel.publish(properties['reply_to'], str(function(n)).encode(), properties['correlation_id'])
        channel.ack(tag)


def main(host, port, vhost, role, *arguments):
    channel = Channel(host, int(port), vhost)
    if role == 'server':
        server(channel, arguments[0], {'fib': fib, 'plus100': lambda n: n + 100}[arguments[1]])
    else:
        client(channel, arguments[0], direct=role == 'client-direct')


main(*sys.argv[1:])
