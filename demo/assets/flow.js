// Sends one real request through the gateway and writes what a page can see of it beside the steps. Names only: what a
// header or a cookie holds is nobody's business here.
import { auth } from './session.js';

const at = (id) => document.getElementById(id);
const path = '/api/proxy/auth/me';

/** Server-Timing: `name;dur=1.2;desc="words"`, separated by commas. */
function hopsOf(answer) {
    const parts = (answer.headers.get('Server-Timing') ?? '').match(/(?:[^",]|"(?:\\.|[^"\\])*")+/g) ?? [];
    return parts.flatMap((part) => {
        const [, name] = /^\s*([\w!#$%&'*+.^`|~-]+)/.exec(part) ?? [];
        const duration = Number(/;\s*dur\s*=\s*"?([\d.]+)/i.exec(part)?.[1]);
        const words = /;\s*desc\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]+))/i.exec(part);
        return name ? [{ name, duration, words: (words?.[1] ?? words?.[2] ?? name).trim() }] : [];
    });
}

const inWords = (duration) => (Number.isFinite(duration) ? `${duration.toFixed(1)} ms` : 'yes');

function showNames(place, names, none) {
    place.replaceChildren();
    for (const name of names) {
        const code = document.createElement('code');
        code.textContent = name;
        place.append(code, ' ');
    }
    if (names.length === 0) place.textContent = none;
}

function row(name, text) {
    const line = document.createElement('div');
    const term = document.createElement('dt');
    const said = document.createElement('dd');
    term.textContent = name;
    said.textContent = text;
    line.append(term, said);
    return line;
}

function showHops(hops, whole) {
    at('hops').replaceChildren(...hops.map(({ words, duration }) => row(words, inWords(duration))));
    at('hops').hidden = hops.length === 0;
    at('hops-missing').hidden = hops.length > 0;
    at('hops-part').hidden = false;
    // In the diagram, what has a place there.
    for (const place of document.querySelectorAll('[data-hop]')) {
        const hop = hops.find(({ name }) => name === place.dataset.hop);
        const known = place.dataset.hop === 'total' ? whole : hop?.duration;
        const label = place.dataset.hop === 'total' ? '' : `${place.dataset.hop}: `;
        place.textContent = known === undefined ? '' : label + inWords(known);
    }
}

/** Words for a person, by what the gateway's own header says of a refusal. */
function stateOf(answer) {
    const code = answer.headers.get('Cloche-Error');
    if (answer.ok) return 'It went all the way and came back.';
    if (code === 'unauthenticated') return 'The gateway found no session, and did not bother the API.';
    return code ? `The gateway turned it away: ${code}.` : `The API answered ${answer.status}.`;
}

async function send(how, go) {
    for (const button of [at('send'), at('send-bare')]) button.disabled = true;
    const headers = { accept: 'application/json', 'x-csrf': '1' };
    const before = performance.now();
    try {
        const answer = await go(path, { headers, ...how });
        await answer.arrayBuffer();
        const whole = performance.now() - before;
        showNames(at('sent-headers'), Object.keys(headers), 'none');
        const readable = document.cookie.split(';').map((pair) => pair.split('=')[0].trim());
        showNames(at('cookies'), readable.filter(Boolean), 'none at all');
        at('got-status').textContent = `${answer.status} ${answer.statusText}`;
        showNames(at('got-headers'), [...answer.headers.keys()], 'none');
        at('got-time').textContent = inWords(whole);
        for (const id of ['sent', 'got']) at(id).hidden = false;
        showHops(hopsOf(answer), whole);
        at('flow-state').textContent = stateOf(answer);
    } catch {
        at('flow-state').textContent = 'There was no answer: the network or the gateway is not there.';
    }
    for (const button of [at('send'), at('send-bare')]) button.disabled = false;
}

const sendAsMe = () => send({}, auth.fetch);
// Not through the client: it would find out that somebody is signed in, and try once more.
const sendBare = () => send({ credentials: 'omit' }, fetch);

at('send').addEventListener('click', sendAsMe);
at('send-bare').addEventListener('click', sendBare);
at('flow-buttons').hidden = false;

let known;
function follow({ status }) {
    if (status === 'unknown' || status === known) return;
    known = status;
    if (status === 'signed_in') void sendAsMe();
    else at('flow-state').textContent = 'Nobody is signed in. The request would end at the gateway: try it.';
}
auth.onChange(follow);
follow(auth.state);
