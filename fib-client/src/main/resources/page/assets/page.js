// Asks for numbers, and passes on what the client tells of its calls.
import { expect, refused, tell } from './call.js';
import { copy, duration, element, find, setText, shortened } from './dom.js';
import { look } from './experiments.js';
import { showState } from './now.js';

const AGAIN_MILLIS = 2000;
const SHOWN_DIGITS = 2000;

const MEANINGS = {
  INVALID_ARGUMENT: 'The request is wrong. To send it again does not help.',
  DEADLINE_EXCEEDED: 'No reply came in time. A server may still be working on it.',
  UNAVAILABLE: 'There is no server, no queue or no broker now. Try again later.',
  RESOURCE_EXHAUSTED: 'The queue is full, or too many calls are in flight. Try again later.',
  PERMISSION_DENIED: 'RabbitMQ does not let this client in.',
  INTERNAL: 'The server has a fault, or its reply cannot be read.',
};

// Asking

find('ask-form').addEventListener('submit', (event) => {
  event.preventDefault();
  ask(find('n').value.trim());
});

document.querySelectorAll('[data-n]').forEach((button) => button.addEventListener('click', () => {
  find('n').value = button.dataset.n;
  showCurl();
  ask(button.dataset.n);
}));

document.querySelector('[data-many]').addEventListener('click', (event) => askMany(Number(event.target.dataset.many)));

find('n').addEventListener('input', showCurl);
find('deadline').addEventListener('input', showCurl);
document.querySelector('[data-copy]').addEventListener('click', (event) => copy(find('curl').textContent, event.target));

function address(n) {
  const deadline = find('deadline').value.trim();
  return `/fibonacci/${encodeURIComponent(n)}${deadline ? `?deadline=${encodeURIComponent(deadline)}` : ''}`;
}

function showCurl() {
  setText(find('curl'), `curl '${location.origin}${address(find('n').value.trim())}'`);
}

// A value never changes, so a browser would take it from its cache and make no call
const request = async (n) => {
  const response = await fetch(`.${address(n)}`, { cache: 'no-store' });
  return { http: response.status, answer: await response.json() };
};

async function ask(n) {
  expect(n);
  showOutcome(null, element('p', { class: 'hint' }, `Waiting for fib(${shortened(n, 40)})`));
  try {
    const { http, answer } = await request(n);
    if (http === 200) {
      showValue(answer);
    } else {
      showFailure(http, answer);
      if (answer.mayHaveRun === false && answer.rpcStatus === 'INVALID_ARGUMENT' && !/^\d{1,9}$/.test(n)) refused(n, answer.detail);
    }
  } catch {
    showOutcome(false, element('p', {}, 'The client does not answer. Is it still running?'));
  }
}

async function askMany(count) {
  const counts = new Map();
  let ended = 0;
  const from = Number.parseInt(find('n').value, 10) || 30;
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    let status = 'no answer';
    try {
      const { http, answer } = await request(String(Math.max(0, from) % 1000 + index));
      status = http === 200 ? 'OK' : answer.rpcStatus ?? `HTTP ${http}`;
    } catch {
      // It is counted as no answer
    }
    counts.set(status, (counts.get(status) ?? 0) + 1);
    ended++;
    showOutcome([...counts.keys()].every((known) => known === 'OK'),
      element('p', { class: 'value' }, `${ended} of ${count}`),
      element('p', {}, [...counts].map(([name, number]) => `${number} ${name}`).join(', ')),
      element('p', { class: 'note' }, 'A browser makes only a few requests at a time.'));
  }));
}

function showOutcome(ok, ...content) {
  find('outcome').dataset.ok = String(ok);
  find('outcome').replaceChildren(...content);
}

function showValue({ value, server, elapsedMicros, serverMicros }) {
  const cut = value.length > SHOWN_DIGITS;
  showOutcome(true,
    element('p', { class: 'value', tabindex: value.length > 200 ? 0 : null }, shortened(value, SHOWN_DIGITS)),
    element('p', {}, element('span', { class: 'status' }, 'OK'), ` HTTP 200, ${value.length.toLocaleString('en')} ${value.length === 1 ? 'digit' : 'digits'}${cut ? ', not all shown' : ''}`),
    element('p', { class: 'note' }, `${server ?? 'A server without a name'} answered. The call took ${duration(elapsedMicros)}`
      + `${serverMicros === null ? '.' : `, and the server worked for ${duration(serverMicros)} of it.`}`));
}

function showFailure(http, { rpcStatus, detail, title, mayHaveRun }) {
  showOutcome(false,
    element('p', {}, element('span', { class: 'status bad' }, rpcStatus ?? title ?? 'error'), ` HTTP ${http}`),
    element('p', {}, detail ?? ''),
    element('p', { class: 'note' }, `${MEANINGS[rpcStatus] ?? ''} ${mayHaveRun === false ? 'The call has not run.' : mayHaveRun ? 'The call may have run.' : ''}`));
}

// Listening

function listen() {
  const stream = new EventSource('page/events');
  stream.addEventListener('open', () => live('live', 'Live'));
  stream.addEventListener('call', (event) => look({ call: tell(JSON.parse(event.data)) }));
  stream.addEventListener('state', (event) => {
    const state = JSON.parse(event.data);
    live('live', 'Live');
    showState(state);
    showMode(state);
    look({ state });
  });
  stream.addEventListener('full', (event) => {
    stream.close();
    live('lost', `${event.data} pages are open, which is the most. Close one, and load this page again.`);
  });
  stream.addEventListener('error', () => {
    live('lost', 'The client does not answer. Trying again.');
    stream.close();
    setTimeout(listen, AGAIN_MILLIS);
  });
}

function live(state, text) {
  find('live').dataset.state = state;
  setText(find('live'), text);
}

function showMode({ replyMode, deadlineMillis }) {
  const other = replyMode === 'direct' ? 'callback-queue' : 'direct';
  const way = replyMode === 'direct' ? 'by direct reply-to, without a queue' : 'on a callback queue of this client';
  const most = deadlineMillis % 1000 === 0 ? `${deadlineMillis / 1000}s` : `${deadlineMillis}ms`;
  setText(find('mode'), `Replies come ${way}. To switch, start the client with --rabbit.rpc.client.reply-mode=${other}.`
    + ` A deadline may be ${most} at most.`);
  find('deadline').placeholder = most;
}

showCurl();
listen();
