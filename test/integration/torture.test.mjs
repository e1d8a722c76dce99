// `cloche torture`: our own gateway comes out clean, and one that does what the Next.js example does is found out.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { startGateway } from '../support/cloche.mjs';
import { eventually } from '../support/scene.mjs';
import { freePort } from '../support/store_servers.mjs';
import { beginTorture, torture } from '../support/torture.mjs';

const limit = { timeout: 120_000 };
const support = join(dirname(fileURLToPath(import.meta.url)), '..', 'support');

for (const [store, mode] of [['sqlite', 'server'], ['sqlite', 'tokens'], ['memory', 'server'], ['memory', 'tokens']]) {
    test(`RT-1, RT-5, RT-6, RT-8: ${store}, ${mode}: races, faults and kills: no double spend, nobody signed out undeserved`, limit, async (t) => {
        const { code, stdout, stderr, figures } = await torture(t, ['--for', '25s', '--store', store, '--mode', mode]);
        assert.equal(code, 0, stdout + stderr);
        assert.equal(figures.clean, true);
        assert.ok(figures.refreshes > 200, stdout);
        assert.equal(figures.double_spends, 0);
        assert.equal(figures.sign_outs.undeserved, 0);
        assert.equal(figures.kills, store === 'memory' ? 0 : 1);
        assert.ok(Object.values(figures.faults).reduce((all, one) => all + one) > 0, 'faults happened');
    });
}

test('a gateway of copied route handlers spends tokens twice and signs people out', limit, async (t) => {
    const naive = `exec '${process.execPath}' '${join(support, 'naive_gateway.mjs')}' {port} {api}`;
    const plan = { for: '12s', api: { grace: '0s' }, gateway: { start: [naive], kill: { every: '0s' } } };
    const { code, stdout, stderr, figures } = await torture(t, [], plan);
    assert.equal(code, 2, stdout + stderr);
    assert.equal(figures.clean, false);
    assert.ok(figures.double_spends > 0, stdout);
    assert.ok(figures.sign_outs.undeserved > 0, stdout);
    assert.ok(figures.findings.some((line) => line.includes('spent a refresh token twice')), stdout);
});

test('RT-1: a gateway that runs already is tried by its URL', limit, async (t) => {
    const port = await freePort();
    const gateway = await startGateway(t, { url: `http://127.0.0.1:${port}` });
    const plan = { for: '6s', sessions: 20, api: { listen: `127.0.0.1:${port}` }, gateway: { urls: [gateway.url] } };
    const { code, stdout, stderr, figures } = await torture(t, [], plan);
    assert.equal(code, 0, stdout + stderr);
    assert.ok(figures.refreshes > 10, stdout);
    assert.equal(figures.kills + figures.pauses, 0);
});

test('Ctrl-C ends a run early, with its report', limit, async (t) => {
    const { program, finished } = beginTorture(t, ['--for', '10m', '--sessions', '10', '--store', 'memory']);
    await eventually('it says how it goes', () => / s  \d+ refreshes/.test(program.stdout), 40_000);
    program.signal('SIGINT');
    const { code, signal, stdout, stderr, figures } = await finished();
    assert.deepEqual([code, signal], [0, null], stdout + stderr);
    assert.equal(figures.clean, true);
    assert.ok(figures.seconds < 600 && figures.refreshes > 0, stdout);
});

test('a plan with mistakes, options that it leaves no room for, and a gateway that does not start, are said', limit, async (t) => {
    const wrong = await torture(t, [], { sesions: 4 });
    assert.equal(wrong.code, 78, wrong.stderr);
    assert.match(wrong.stderr, /plan\.yaml:2: sesions/);
    const another = { gateway: { start: ['echo no such luck >&2; exit 3'] } };
    for (const option of [['--store', 'memory'], ['--mode', 'tokens'], ['--replicas', '2']]) {
        const refused = await torture(t, option, another);
        assert.equal(refused.code, 78, refused.stderr);
        assert.match(refused.stderr, new RegExp(`${option[0]}: is for this program's own gateway`));
    }
    const dead = await torture(t, [], another);
    assert.equal(dead.code, 1, dead.stderr);
    assert.match(dead.stderr, /replica 0 did not start; see \S+\n {2}no such luck$/);
    const store = await torture(t, ['--store', 'mysql://127.0.0.1/x']);
    assert.equal(store.code, 1, store.stderr);
    assert.match(store.stderr, /replica 0 did not start; see .*session\.store/s);
});
