// Shows what the client knows now. A state comes each second.
import { element, find, setText } from './dom.js';

export function showState(state) {
  showServers(state);
  setText(find('depth'), state.queue.depth ?? '–');
  setText(find('consumers'), state.queue.consumers ?? '–');
  setText(find('in-flight'), state.inFlight);
  setText(find('problem'), state.queue.problem ? `A call would fail now: ${state.queue.problem}.` : '');
  find('problem').hidden = !state.queue.problem;
  showOutcomes(state.outcomes);
  showLatency(state.latency);
  setText(find('not-drawn'), `${state.notDrawn} calls were not drawn, because too many came at a time. They are counted.`);
  find('not-drawn').hidden = state.notDrawn === 0;
}

function showServers({ servers, queue }) {
  const items = servers.map((server) => [server.name, `${server.answered} answered${server.certain ? '' : ', may have stopped'}`,
    server.certain ? '' : 'doubtful']);
  const unnamed = queue.consumers === null ? 0 : queue.consumers - servers.length;
  if (unnamed > 0) items.push([`${unnamed} without a name`, 'no answer yet', 'unknown']);
  find('servers').replaceChildren(...items.map(([name, text, kind]) => element('li', { class: kind },
    element('strong', {}, name), element('span', {}, text))));
  setText(find('servers-note'), items.length === 0 ? 'No server consumes the queue.'
    : 'RabbitMQ tells the client how many consumers there are. Each reply tells the name of its server. The page counts replies since it was opened.');
}

function showOutcomes(outcomes) {
  const entries = Object.entries(outcomes).sort(([a], [b]) => (a === 'OK' ? -1 : b === 'OK' ? 1 : a.localeCompare(b)));
  if (entries.length === 0) return;
  const most = Math.max(...entries.map(([, count]) => count));
  find('outcomes').replaceChildren(...entries.map(([status, count]) => {
    const bar = element('i');
    bar.style.width = `${(100 * count) / most}%`;
    return element('li', {}, element('span', { class: status === 'OK' ? 'status' : 'status bad' }, status),
      element('span', { class: 'mono' }, count.toLocaleString('en')), element('span', { class: 'bar', 'aria-hidden': 'true' }, bar));
  }));
}

function showLatency(buckets) {
  const all = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const bars = find('latency');
  while (bars.children.length < buckets.length) bars.append(element('i'));
  let from = 0;
  const texts = [];
  buckets.forEach((bucket, index) => {
    const text = bucket.upToMillis === null ? `more than ${from} ms: ${bucket.count}` : `${from} to ${bucket.upToMillis} ms: ${bucket.count}`;
    bars.children[index].style.height = bucket.count ? `${4 + (96 * bucket.count) / most}%` : '0';
    bars.children[index].title = text;
    if (bucket.count) texts.push(text);
    from = bucket.upToMillis;
  });
  bars.setAttribute('aria-label', all === 0 ? 'No value yet' : texts.join(', '));
}
