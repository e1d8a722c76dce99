// `cloche torture`: our own gateway comes out clean, and one that does what the Next.js example does is found out.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';

const limit = { timeout: 120_000 };
const support = join(dirname(fileURLToPath(import.meta.url)), '..', 'support');

/** Runs it to its end: { code, stdout, stderr, figures }. */
async function torture(t, args, plan) {
    const folder = temporaryFolder(t);
    const json = join(folder, 'figures.json');
    const file = plan ? [writeConfig(folder, 'plan.yaml', plan)] : [];
    const done = await run(['torture', ...file, '--json', json, ...args], { limit: 100_000 });
    const left = /logs and data +(\S+)/.exec(done.stdout)?.[1];
    if (left) rmSync(left, { recursive: true, force: true });
    return { ...done, figures: left && JSON.parse(readFileSync(json, 'utf8')) };
}

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

test('a plan with mistakes, and a gateway that does not start, are said', limit, async (t) => {
    const wrong = await torture(t, [], { sesions: 4 });
    assert.equal(wrong.code, 78, wrong.stderr);
    assert.match(wrong.stderr, /plan\.yaml:2: sesions/);
    const dead = await torture(t, [], { gateway: { start: ['exit 3'] } });
    assert.equal(dead.code, 1, dead.stderr);
    assert.match(dead.stderr, /replica 0 did not start; see /);
});
