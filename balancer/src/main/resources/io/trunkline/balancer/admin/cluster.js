'use strict';

// Every text goes in through textContent: names and versions come from the members and are never markup.

const REFRESH_MS = 2000;
const DEADLINE_MS = 5000;

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${number.format(value)} ${units[unit]}`;
}

function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  if (s < 86400) return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
  return `${Math.floor(s / 86400)}d ${Math.floor((s % 86400) / 3600)}h`;
}

const millis = (value) => (value === null ? '–' : `${value.toFixed(2)} ms`);

const ACCEPTS = { ready: 'yes', full: 'full', draining: 'drains' };

const COLUMNS = [
  ['Name', (m) => m.name],
  ['Status', (m) => m.status, (m) => (m.health === 1 ? 'good' : 'bad')],
  ['Accepts', (m) => ACCEPTS[m.readiness] || 'no', (m) => (m.accepting ? '' : 'warn')],
  ['Connections', (m) => number.format(m.connections), () => 'figure'],
  ['Limit', (m) => (m.limit === 0 ? '–' : number.format(m.limit)), () => 'figure'],
  ['Slots', (m) => (m.slots === 0 ? '–' : number.format(m.slots)), () => 'figure'],
  ['Messages/s', (m) => number.format(m.messages_per_second), () => 'figure'],
  ['Bytes in', (m) => bytes(m.bytes.in), () => 'figure'],
  ['Bytes out', (m) => bytes(m.bytes.out), () => 'figure'],
  ['Uptime', (m) => duration(m.uptime_seconds), () => 'figure'],
  ['Version', (m) => m.app_version],
  ['Serves on', (m) => Object.entries(m.endpoints).map(([name, at]) => `${name} ${at}`).join(', ')],
];

function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(tag, cells) {
  const made = document.createElement('tr');
  for (const [text, className] of cells) made.append(element(tag, text, className));
  return made;
}

function table(id, members) {
  const head = row('th', COLUMNS.map(([title, , style]) => [title, style && style({}) === 'figure' ? 'figure' : '']));
  const rows = members.map((m) => row('td', COLUMNS.map(([, text, style]) => [text(m), style ? style(m) : ''])));
  if (rows.length === 0) {
    const none = row('td', [['none', 'muted']]);
    none.firstChild.colSpan = COLUMNS.length;
    rows.push(none);
  }
  document.getElementById(id).replaceChildren(head, ...rows);
}

function figures(view) {
  const latency = view.latency_ms;
  const entries = [
    ['Clients', number.format(view.active_connections)],
    ['Messages/s in', number.format(view.messages_per_second)],
    ['Messages/s out', number.format(view.messages_out_per_second)],
    ['Latency p50', millis(latency.p50)],
    ['Latency p95', millis(latency.p95)],
    ['Latency p99', millis(latency.p99)],
    ['Bytes in', bytes(view.bytes_transferred_total.in)],
    ['Bytes out', bytes(view.bytes_transferred_total.out)],
  ];
  document.getElementById('figures').replaceChildren(...entries.map(([name, value]) => {
    const pair = document.createElement('div');
    pair.append(element('dt', name), element('dd', value));
    return pair;
  }));
}

function status(text, className, seen) {
  const shown = document.getElementById('status');
  shown.textContent = text;
  shown.className = className;
  if (seen) document.getElementById('seen').textContent = seen;
}

function show(view) {
  const { status: health, members, reported_by: by } = view.cluster;
  const style = { healthy: 'good', degraded: 'warn', full: 'warn', down: 'bad' }[health] || 'warn';
  status(health, style, `${members.healthy} of ${members.total} members healthy, seen by ${by} at ${view.generated_at.slice(11, 19)} UTC`);
  figures(view);
  table('backends', view.backends);
  table('balancers', view.balancers);
}

async function refresh() {
  try {
    const answer = await fetch('cluster', { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch (failure) {
    status(`no answer from this balancer (${failure.message}); figures below are old`, 'bad');
  } finally {
    setTimeout(refresh, REFRESH_MS);
  }
}

refresh();
