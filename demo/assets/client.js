// The client component: shows what the browser client knows, and calls the API through the proxy.
import { auth } from './session.js';

const at = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

// --- who is signed in

const words = {
    unknown: 'Asking the gateway …',
    signed_in: 'Signed in',
    signed_out: 'Signed out',
};
let epoch = 0;

function note({ status, reason }) {
    const line = document.createElement('li');
    const time = document.createElement('time');
    const what = document.createElement('code');
    time.textContent = clock.format(new Date());
    what.textContent = `${status} (${reason})`;
    line.append(time, ' ', what);
    at('changes').append(line);
}

function show(state) {
    const { status, user, error } = state;
    at('state').textContent = error ? `${words[status]}. ${error.message}` : words[status];
    at('inside').hidden = status !== 'signed_in';
    at('outside').hidden = status !== 'signed_out';
    at('call').hidden = status !== 'signed_in';
    at('who').textContent = user?.fullName ?? '';
    at('email').textContent = user?.email ?? '';
    if (status !== 'signed_in') {
        // What is on the page belongs to the person who has gone.
        at('answer').textContent = '';
        at('answer').hidden = true;
        at('call-state').textContent = '';
        forgetTimes();
    } else if (state.epoch !== epoch) {
        epoch = state.epoch;
        forgetTimes();
        void readTimes();
        void ask();
    }
}

// --- how long things last. The client renews by itself; this only watches it do so.

let times;
let readAt = 0;
let reading = false;
let renewed = 0;

function forgetTimes() {
    times = undefined;
    renewed = 0;
    showTimes();
}

/** Asked for aside from the client, whose own plans a question through `auth.session()` would change. */
async function readTimes() {
    if (reading) return;
    reading = true;
    try {
        const answer = await auth.fetch('/api/auth/session', { headers: { accept: 'application/json' } });
        const { session } = await answer.json();
        const before = left('refresh_in');
        if (before !== undefined && session?.refresh_in > before + 1) ++renewed;
        if (session) [times, readAt] = [session, performance.now()];
    } catch {
        // The client meets the same trouble and says so.
    } finally {
        reading = false;
    }
    showTimes();
}

/** Seconds: the gateway states durations, so no clock has to be right. */
function left(name) {
    return times?.[name] === undefined ? undefined : times[name] - (performance.now() - readAt) / 1000;
}

function inWords(seconds) {
    if (seconds === undefined) return '–';
    for (const [unit, size] of [['day', 86_400], ['hour', 3_600], ['minute', 60]]) {
        if (seconds >= 2 * size) return `in ${Math.floor(seconds / size)} ${unit}s`;
    }
    const count = Math.max(0, Math.ceil(seconds));
    return `in ${count} second${count === 1 ? '' : 's'}`;
}

function showTimes() {
    const refresh = left('refresh_in');
    at('refresh').textContent = refresh !== undefined && refresh <= 0 ? 'any moment now' : inWords(refresh);
    at('renewed').textContent = renewed === 1 ? 'once' : `${renewed} times`;
    at('expires').textContent = inWords(left('expires_in'));
    at('idle').textContent = inWords(left('idle_in'));
}

setInterval(() => {
    // A page that nobody looks at leaves the gateway alone.
    if (document.hidden || !times) return;
    showTimes();
    if (left('refresh_in') <= 0) void readTimes();
}, 1000);

// --- calling the API

async function ask() {
    const mine = auth.state.epoch;
    at('again').disabled = true;
    at('call-state').textContent = 'Asking the API …';
    let state;
    let text = '';
    try {
        const answer = await auth.fetch('/api/proxy/auth/me', { headers: { accept: 'application/json' } });
        text = JSON.stringify(await answer.json(), null, 2);
        state = `The API answered ${answer.status}.`;
    } catch {
        state = 'There is no answer that can be read: the network or the gateway is not there.';
    }
    at('again').disabled = false;
    // Somebody else may be signed in by now, or nobody.
    if (auth.state.status !== 'signed_in' || auth.state.epoch !== mine) return;
    at('call-state').textContent = state;
    at('answer').textContent = text;
    at('answer').hidden = text === '';
    // The request may have renewed the token on its way.
    void readTimes();
}

at('again').addEventListener('click', ask);
at('out').addEventListener('click', async () => {
    at('out').disabled = true;
    try {
        await auth.logout();
    } catch (error) {
        if (auth.state.status === 'signed_in') at('state').textContent = `Still signed in. ${error.message}`;
    }
    at('out').disabled = false;
});

auth.onChange((state) => {
    note(state);
    show(state);
});
show(auth.state);
