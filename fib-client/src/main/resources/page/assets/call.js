// Draws one call: its messages between the lanes, one after the other, and each message whole in a dialog.
import { duration, element, find, setText, shortened } from './dom.js';

const STEP_MILLIS = 520;
const MAX_CALLS = 600;
const MAX_LISTED = 20;
const CHOSEN_MILLIS = 20_000;
const SILENT_MILLIS = 15_000;
const still = matchMedia('(prefers-reduced-motion: reduce)');

const calls = new Map();
let shown = null; // the call in the picture
let drawn = 0; // how many of its steps are drawn
let playing = 0; // the timer of the next step
let wanted = null; // n of the call that the reader has just asked for
let chosenAt = 0; // when the reader has chosen the call in the picture

// The lines of code are held to the sources by a test
const CODE = {
  request: ['rabbit-rpc/src/main/java/io/rabbitrpc/client/call/RequestWriter.java',
    'channel.write(call, (target) -> target.basicPublish(address.exchange(), address.routingKey(), true, sent,',
    'The client sends it here'],
  confirm: ['rabbit-rpc/src/main/java/io/rabbitrpc/client/channel/RpcChannel.java',
    'this.channel.addConfirmListener(this.requests::confirmed, this.requests::nacked);',
    'RabbitMQ sends it. The client is told here'],
  delivery: ['fib-server/src/main/java/io/fibrpc/server/FibonacciListener.java',
    '@RabbitListener(queues = WireProtocol.REQUEST_QUEUE, containerFactory = "rpc")',
    'RabbitMQ sends it. The server takes it here'],
  reply: ['rabbit-rpc/src/main/java/io/rabbitrpc/server/reply/ReplyChannel.java',
    'this.channel.basicPublish("", reply.replyTo(), reply.properties(), reply.body());',
    'The server sends it here'],
  received: ['rabbit-rpc/src/main/java/io/rabbitrpc/client/channel/ReplyConsumer.java',
    'RpcCall call = this.pending.remove(id);',
    'The server sent it. The client finds the waiting call here'],
};

/** A step of a call that the client has told. */
export function tell(event) {
  let call = calls.get(event.call);
  if (!call) {
    call = { number: event.call, order: [] };
    calls.set(event.call, call);
    // The one in the picture would never end
    if (calls.size > MAX_CALLS) calls.delete([...calls.keys()].find((number) => number !== shown?.number));
  }
  call.told = Date.now();
  call.order.push(event.step);
  call[event.step] = event;
  if (event.step === 'requested' && wanted === event.message.body) {
    wanted = null;
    show(call);
  } else if (call === shown) {
    play();
  } else if (!isChosen() && !playing && isOver(shown)) {
    show(call);
  }
  list(call);
  return call;
}

/** Shows the next call with this number, whatever else is going on. */
export function expect(n) {
  wanted = n;
  chosenAt = 0;
}

/** Says that a request was refused before anything was sent. */
export function refused(n, sentence) {
  wanted = null;
  show({ number: 0, refused: { n, sentence } });
}

// A call that the reader has chosen stays for a while. Otherwise the picture follows the newest call.
const isChosen = () => Date.now() - chosenAt < CHOSEN_MILLIS;

// A page that reads too slowly misses steps, the last one too
const isOver = (call) => !call || call.ended || call.refused || Date.now() - call.told > SILENT_MILLIS;

function show(call) {
  clearTimeout(playing);
  playing = 0;
  shown = call;
  drawn = 0;
  find('steps').replaceChildren();
  find('replay').disabled = false;
  setText(find('call-name'), call.refused ? `fib(${shortened(call.refused.n, 20)})` : title(call));
  setText(lane('queue'), call.requested?.message.routingKey ?? 'rpc_queue');
  setText(lane('server'), server(call) ?? 'a server');
  const replyTo = call.requested?.message.properties.reply_to ?? '';
  setText(lane('reply'), replyTo.startsWith('amq.rabbitmq.reply-to') || !replyTo ? 'direct reply-to' : 'reply queue');
  for (const call of calls.values()) call.button?.setAttribute('aria-pressed', String(call === shown));
  play();
}

const lane = (name) => document.querySelector(`[data-lane="${name}"]`);
const title = (call) => (call.requested ? `fib(${shortened(call.requested.message.body, 20)})` : `call ${call.number}`);
const server = (call) => call.replied?.message.headers['x-rpc-server'] ?? null;

// Draws the next step, and then the one after it
function play() {
  if (playing || !shown) return;
  const steps = stepsOf(shown);
  while (drawn < steps.length) {
    const step = steps[drawn++];
    if (step.lane) setText(lane('server'), step.lane);
    find('steps').append(drawStep(step));
    if (!still.matches) {
      playing = setTimeout(() => { playing = 0; play(); }, STEP_MILLIS);
      return;
    }
  }
  const newest = [...calls.values()].at(-1);
  if (shown.ended && newest.number > shown.number) {
    playing = setTimeout(() => { playing = 0; if (!isChosen()) show([...calls.values()].at(-1)); }, 4 * STEP_MILLIS);
  }
}

// What is known of a call, in the order in which the client was told: a confirm may come after the reply
function stepsOf(call) {
  if (call.refused) return [end(0, 'INVALID_ARGUMENT', `Nothing was sent. ${call.refused.sentence}`)];
  return call.order.flatMap((name) => {
    const event = call[name];
    switch (name) {
      case 'requested': return request(event);
      case 'confirmed': return confirm(event);
      case 'replied': return answer(call, event);
      default: return end(event.micros, event.outcome.status, event.outcome.status === 'OK'
        ? 'The client has found the waiting call by its correlation_id, and gives it the value.' : event.outcome.sentence);
    }
  });
}

function request(event) {
  const properties = event.message.properties;
  return {
    way: 'client-queue', time: event.micros, label: `request “${shortened(event.message.body, 20)}”`,
    props: pick(properties, 'reply_to', 'correlation_id', 'expiration'),
    say: `The client publishes it, and waits. RabbitMQ drops it after ${Number(properties.expiration)} ms: nobody would wait any more.`,
    open: () => open('Request', event.message, CODE.request),
  };
}

function confirm(event) {
  return {
    way: 'queue-client to-left', time: event.micros, label: 'confirm',
    say: 'RabbitMQ has the request. It is in the queue.',
    open: () => open('Confirm', null, CODE.confirm),
  };
}

function answer(call, event) {
  const name = server(call) ?? 'a server without a name';
  const sent = call.requested;
  const body = shortened(event.message.body, 14);
  return [
    { way: 'queue-server unseen', label: 'delivery', lane: name,
      say: `RabbitMQ gives the request to ${name}.`,
      open: () => open('Delivery', sent?.message ?? null, CODE.delivery) },
    event.workMicros === null ? null : { way: 'at-server', label: `works ${duration(event.workMicros)}`, plain: true },
    { way: 'server-reply unseen', label: `reply “${body}”`,
      say: 'The server publishes the reply to reply_to.',
      open: () => open('Reply', event.message, CODE.reply) },
    { way: 'server-queue to-left unseen', label: 'acknowledgement', plain: true,
      say: 'The reply is out. RabbitMQ forgets the request.' },
    { way: 'reply-client to-left', time: event.micros, label: `reply “${body}”`,
      props: { ...pick(event.message.properties, 'correlation_id'), ...pick(event.message.headers, 'x-rpc-status') },
      open: () => open('Reply', event.message, CODE.received) },
  ].filter(Boolean);
}

const end = (time, status, say) => ({
  way: `at-client${status === 'OK' ? '' : ' failed'}`, time, label: status === 'OK' ? 'value' : status, plain: true, say,
});

const pick = (from, ...names) => Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));

function drawStep(step) {
  const label = step.plain ? element('span', { class: 'label' }, step.label)
    : element('button', { type: 'button', class: 'label', title: 'Show all of it', onclick: step.open }, step.label);
  return element('li', { class: `step moving ${step.way}` },
    element('span', { class: 'time' }, step.time === undefined ? '' : duration(step.time)),
    element('div', { class: 'track' }, label,
      step.way.startsWith('at-') ? null : element('div', { class: 'wire' }, element('span', { class: 'packet' })),
      step.props ? element('dl', { class: 'props' }, ...Object.entries(step.props)
        .flatMap(([name, value]) => [element('dt', {}, name), element('dd', { title: value }, value)])) : null,
      step.say ? element('p', { class: 'say' }, step.say) : null));
}

function open(name, message, [file, line, where]) {
  const content = find('message-content');
  setText(find('message-title'), name);
  content.replaceChildren();
  if (message) {
    if (message.routingKey !== null) {
      content.append(element('h3', {}, 'Address'), table({ exchange: message.exchange || '(default)', routing_key: message.routingKey }));
    }
    content.append(element('h3', {}, 'Properties'), table(message.properties),
      element('h3', {}, 'Headers'), Object.keys(message.headers).length ? table(message.headers) : element('p', { class: 'hint' }, 'none'),
      element('h3', {}, `Body, ${message.bodyBytes} ${message.bodyBytes === 1 ? 'byte' : 'bytes'}`), element('pre', {}, message.body || ' '));
  } else {
    content.append(element('p', {}, 'This is a signal of the protocol AMQP. It has no properties and no body.'));
  }
  content.append(element('h3', {}, where), element('pre', { class: 'code' }, line), element('p', { class: 'note mono' }, file));
  find('message').showModal();
}

const table = (values) => element('table', {}, element('tbody', {}, ...Object.entries(values)
  .map(([name, value]) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)))));

// The newest first. A call keeps its button, so that the focus stays where it is
function list(call) {
  if (!call.button) {
    call.button = element('button', { type: 'button', 'aria-pressed': String(call === shown), onclick: () => { chosenAt = Date.now(); show(call); } });
    find('recent').querySelector('.hint')?.remove();
    find('recent').prepend(element('li', {}, call.button));
    if (find('recent').children.length > MAX_LISTED) find('recent').lastElementChild.remove();
  }
  const { ended } = call;
  const outcome = ended ? `${ended.outcome.status === 'OK' ? '' : `${ended.outcome.status} `}${duration(ended.micros)}` : '…';
  setText(call.button, `${title(call)} ${outcome}`);
}

find('replay').addEventListener('click', () => { if (shown) show(shown); });
find('close').addEventListener('click', () => find('message').close());
find('message').addEventListener('click', (event) => { if (event.target === find('message')) find('message').close(); });
