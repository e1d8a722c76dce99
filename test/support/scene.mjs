// The usual cast of a test: an API, a gateway in front of it, a visitor, and a record of all the visitor and the log saw.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEnd } from './cleanup.mjs';
import { startGateway } from './cloche.mjs';
import { MockApi } from './mock_api.mjs';
import { TrafficLog } from './traffic_log.mjs';
import { Visitor } from './visitor.mjs';

/** `api`: options of the mock, or a started mock. `config`: of the gateway. Everything ends with the test `t`. */
export async function scene(t, { api: apiOptions = {}, config = {}, env, application } = {}) {
    const log = new TrafficLog();
    const api = typeof apiOptions.start === 'function' ? apiOptions : await new MockApi(apiOptions).start();
    atEnd(t, () => api.stop());
    const gateway = await startGateway(t, api, config, { log, env, application });
    const visitor = () => new Visitor(gateway.origin, { log });
    return { log, api, gateway, visitor };
}

/** The same with somebody signed in. */
export async function signedInScene(t, options) {
    const all = await scene(t, options);
    const zoe = all.visitor();
    const answer = await zoe.signIn();
    assert.equal(answer.status, 200, `sign-in failed: ${answer.describe()}\n${all.gateway.program.stderr.slice(-2000)}`);
    return { ...all, zoe };
}

/** The same with `size` people signed in, each in a browser of their own. */
export async function crowdedScene(t, size, options) {
    const all = await scene(t, options);
    const people = [];
    for (let i = 0; i < size; ++i) {
        const email = `person${i}@example.org`;
        all.api.people.set(email, { id: 100 + i, fullName: `Person ${i}`, email, role: 'user', password: 'one for everybody here' });
        const visitor = all.visitor();
        assert.equal((await visitor.signIn({ email, password: 'one for everybody here' })).status, 200);
        people.push(visitor);
    }
    return { ...all, people };
}

/** Until `condition()` is truthy; what it gave. */
export async function eventually(what, condition, limit = 10_000) {
    const until = Date.now() + limit;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > until) assert.fail(`not within ${limit} ms: ${what}`);
        await sleep(20);
    }
}

/** An answer that the gateway itself gives: problem JSON with a stable code (contract, "Errors"). */
export function assertProblem(answer, status, code) {
    assert.equal(answer.status, status, answer.describe());
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/, answer.describe());
    const problem = answer.json;
    assert.equal(problem.code, code, answer.describe());
    assert.equal(problem.status, status, answer.describe());
    assert.equal(answer.headers['cloche-error'], code, answer.describe());
    assert.equal(typeof problem.title, 'string', answer.describe());
    assert.equal(problem.message, problem.detail, answer.describe());
    assert.ok(problem.detail.length > 0, answer.describe());
    assert.ok(problem.request_id, answer.describe());
}

/** Distinct values with how often each came: for messages about many answers. */
export function tally(values) {
    const counts = {};
    for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
    return counts;
}

export { sleep };
