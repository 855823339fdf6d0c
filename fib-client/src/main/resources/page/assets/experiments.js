// Five experiments, and whether this page has seen them happen.
import { command, element, find, setText } from './dom.js';

const here = location.origin;
const KEY = 'fib-rpc.experiments';
const DEEP = 10;
const SLOW_MICROS = 500_000;

// A Python program of three lines: it takes one request and answers it with garbage
const GARBAGE = 'python3 -c "import pika; c = pika.BlockingConnection().channel(); c.basic_qos(prefetch_count=1); '
  + 'm, p, b = next(c.consume(\'rpc_queue\')); c.basic_ack(m.delivery_tag); '
  + 'c.basic_publish(\'\', p.reply_to, b\'garbage\', pika.BasicProperties(correlation_id=p.correlation_id)); '
  + 'c.basic_publish(\'\', \'rpc_queue\', b\'garbage\')"';

const EXPERIMENTS = [
  {
    name: 'stop-servers', title: 'Stop the servers',
    commands: [['Programs on this machine', 'pkill -f fib-server.jar'], ['Docker Compose', 'docker compose stop fib-server']],
    expect: 'A call ends UNAVAILABLE within a second: the client asks RabbitMQ who consumes the queue, and nobody does.',
    sees: ({ call, state }) => call?.ended?.outcome.status === 'UNAVAILABLE' && state?.queue.consumers === 0,
  },
  {
    name: 'slow-server', title: 'Start a slow server',
    commands: [['Programs on this machine', 'java -jar fib-server/target/fib-server.jar --server.port=0 --fib.server.delay=2s'],
      ['Docker Compose', 'docker compose run --rm -e FIB_SERVER_DELAY=2s fib-server']],
    expect: 'A call that it gets takes 2 seconds. With a deadline of 1s, such a call ends DEADLINE_EXCEEDED.',
    // A deadline that is too short for any server proves nothing
    sees: ({ call }) => call?.replied?.workMicros >= SLOW_MICROS
      || (call?.ended?.outcome.status === 'DEADLINE_EXCEEDED' && call.ended.micros >= SLOW_MICROS),
  },
  {
    name: 'full-queue', title: 'Fill the queue',
    commands: [['With only the slow server', `seq 300 | xargs -P 60 -I{} curl -s -o /dev/null ${here}/fibonacci/{}`]],
    expect: 'Requests wait in the queue. Each caller waits until its deadline. Then RabbitMQ drops the request: it has an expiration.',
    sees: ({ state }) => state?.queue.depth >= DEEP,
  },
  {
    name: 'garbage', title: 'Send garbage',
    commands: [['Python with pika and a RabbitMQ at localhost:5672, then send 50', GARBAGE]],
    expect: 'This program takes one request and answers it with garbage. That call ends INTERNAL, and no other call is harmed. '
      + 'Then it sends garbage to the server, which keeps it in the queue rpc_dead_letters.',
    sees: ({ call }) => call?.replied && !('x-rpc-status' in call.replied.message.headers) && call.ended?.outcome.status === 'INTERNAL',
  },
  {
    name: 'stop-broker', title: 'Stop the broker',
    commands: [['The broker that scripts/demo has started', 'scripts/broker --pause 15'],
      ['RabbitMQ on this machine, as its administrator', 'rabbitmqctl stop_app; sleep 15; rabbitmqctl start_app'],
      ['Docker Compose', 'docker compose stop rabbitmq; sleep 15; docker compose start rabbitmq']],
    expect: 'Calls end UNAVAILABLE. The programs stay up and connect again by themselves.',
    sees: ({ call, state }) => call?.ended?.outcome.status === 'UNAVAILABLE' && state && state.queue.consumers === null
      && state.queue.problem !== null,
  },
];

const seen = new Map(read());
let last = null;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

for (const { name, title, commands, expect } of EXPERIMENTS) {
  find('experiments').append(element('li', { id: name },
    element('h3', {}, title),
    ...commands.flatMap(([where, text]) => [element('p', { class: 'where' }, where), command(text, `${title}: ${where}`)]),
    element('p', {}, expect),
    element('p', { class: 'mark', role: 'status' })));
  mark(name);
}

function mark(name) {
  const item = find(name);
  item.dataset.seen = String(seen.has(name));
  setText(item.querySelector('.mark'), seen.has(name) ? `✓ Seen at ${seen.get(name)}` : 'Not seen yet');
}

/** Looks at what has just happened: a call, or a state. */
export function look(what) {
  if (what.state) last = what.state;
  for (const { name, sees } of EXPERIMENTS) {
    if (!seen.has(name) && sees({ call: what.call, state: last })) {
      seen.set(name, new Date().toLocaleTimeString('en-GB'));
      mark(name);
      try {
        sessionStorage.setItem(KEY, JSON.stringify([...seen]));
      } catch {
        // The marks are gone when the page is loaded again
      }
    }
  }
}
